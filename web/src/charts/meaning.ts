/** The fill of each state, and names in words: as `report/charts/meaning.py` has them. */
export interface Fill {
  readonly colour: string;
  readonly mark: "" | "dots" | "rise" | "lines";
}

export const STATES: Readonly<Record<string, Fill>> = {
  focused: { colour: "#1F5F99", mark: "" },
  no_sign_of_difficulty: { colour: "#1F5F99", mark: "" },
  active: { colour: "#1F5F99", mark: "" },
  measured: { colour: "#5B93C7", mark: "dots" },
  difficult: { colour: "#8E6BB0", mark: "rise" },
  passive: { colour: "#5E6B78", mark: "lines" },
  inattentive_or_fault: { colour: "#C9B79C", mark: "dots" },
};

const WORDS: Readonly<Record<string, string>> = {
  inattentive_or_fault: "away or a fault",
  no_sign_of_difficulty: "no sign of difficulty",
  measured: "measured: the higher, the more",
  happiness: "happy",
  sadness: "sad",
};

/** A state's or an expression's name as people say it. */
export function stateWords(state: string): string {
  return WORDS[state] ?? state.replaceAll("_", " ");
}

/** What goes into `fill`; whatever is not known is hatched. */
export function fillOf(state: string): string {
  return state in STATES ? `url(#state-${state})` : "url(#unknown)";
}

/** "26 %"; a share that is not known is called so. */
export function percent(share: number | null): string {
  return share === null ? "unknown" : `${Math.round(100 * share)} %`;
}

export interface LegendEntry {
  readonly fill: string;
  readonly words: string;
  /** A figure beside the words. */
  readonly figure?: string;
}

/** One box for each fill: states of different rules may share one; unknown is last, always. */
export function legendOf(states: readonly string[]): LegendEntry[] {
  const alike = new Map<string, string[]>();
  for (const state of new Set(states)) {
    const fill = STATES[state];
    if (!fill) continue;
    const key = `${fill.colour} ${fill.mark}`;
    alike.set(key, [...(alike.get(key) ?? []), state]);
  }
  const known = [...alike.values()].map((group) => ({
    fill: fillOf(group[0]!),
    words: group.map(stateWords).join(" / "),
  }));
  return [...known, { fill: "url(#unknown)", words: "unknown" }];
}
