/** The live class as the platform sends it, and what the page makes of it. Pure. */
import type { components } from "../../api/schema.d.ts";

/** People in a state, of those known; `part` null: withheld, or too few known. */
export interface Share {
  readonly part: number | null;
  readonly whole: number;
  readonly unknown: number | null;
}

export interface PointNow {
  readonly knowledge_point: string;
  readonly people: number | null;
  readonly counts: Readonly<Record<string, number | null>>;
  readonly note: string;
}

export interface Alert {
  readonly kind: string;
  readonly knowledge_point: string;
  readonly reason: string;
}

export interface ClassNow {
  /** False below the floor: then every figure is null. */
  readonly shown: boolean;
  readonly min_people: number;
  readonly present: number | null;
  readonly focus: Share | null;
  readonly difficulty: Share | null;
  readonly passive: Share | null;
  readonly engagement: number | null;
  readonly unknown: number | null;
  readonly points: readonly PointNow[];
  readonly alerts: readonly Alert[];
  readonly note: string;
  readonly at_s: number;
  readonly titles: Readonly<Record<string, string>>;
}

/** One moment of the last minutes; people in `present` and `unknown`, shares elsewhere;
 * `point` where most were, '' where that is withheld. */
export type Instant = components["schemas"]["TrendPoint"];

/** The minutes that the page shows. */
export const TREND_S = 900;
/** Without news for so long, what is shown is old and called so. */
export const STALE_S = 60;

export function titleOf(view: ClassNow, point: string): string {
  return view.titles[point] ?? "Not at a point";
}

export function shareOf(share: Share | null): number | null {
  return !share || share.part === null || share.whole === 0 ? null : share.part / share.whole;
}

/** A view as one moment of the trend. */
export function instantOf(view: ClassNow): Instant {
  return {
    at_s: view.at_s,
    present: view.present,
    focus: shareOf(view.focus),
    engagement: view.engagement,
    difficulty: shareOf(view.difficulty),
    unknown: view.unknown,
    point: busiest(view),
  };
}

/** The point where most people are; '' where none may be told. */
export function busiest(view: ClassNow): string {
  let most = 0;
  let found = "";
  for (const { knowledge_point, people } of view.points) {
    if (people !== null && people > most) {
      most = people;
      found = knowledge_point;
    }
  }
  return found;
}

/** The trend with one more moment, without what is too old; a moment told twice counts once. */
export function extended(trend: readonly Instant[], next: Instant): Instant[] {
  const kept = trend.filter(({ at_s }) => at_s !== next.at_s && at_s > next.at_s - TREND_S);
  return [...kept, next].sort((a, b) => a.at_s - b.at_s);
}

export interface Band {
  readonly name: string;
  readonly from_s: number;
  readonly to_s: number;
}

/** Stretches in which most people were at the same point. */
export function bandsOf(
  trend: readonly Instant[],
  titles: Readonly<Record<string, string>>,
): Band[] {
  const bands: { point: string; from_s: number; to_s: number }[] = [];
  for (const [i, { at_s, point }] of trend.entries()) {
    const last = bands.at(-1);
    const until = trend[i + 1]?.at_s ?? at_s;
    if (last && last.point === point) last.to_s = until;
    else bands.push({ point, from_s: at_s, to_s: until });
  }
  return bands
    .filter(({ point, from_s, to_s }) => point !== "" && to_s > from_s)
    .map(({ point, from_s, to_s }) => ({ name: titles[point] ?? "Not at a point", from_s, to_s }));
}

export type FigureName = "present" | "focus" | "engagement" | "difficulty" | "unknown";

export interface Figure {
  readonly name: FigureName;
  readonly label: string;
  /** What stands large: a number with its unit, or a word. */
  readonly value: string;
  /** The rest of the sentence. */
  readonly detail: string;
  /** There is no number: too few, withheld, or not read. */
  readonly mute: boolean;
}

/** The row of five. `affect` false: expressions are not read, learners' own words count. */
export function figuresOf(view: ClassNow, affect: boolean): Figure[] {
  const floor = view.min_people;
  const hard = affect ? "seem to find it hard" : "say that it is hard";
  return [
    number("present", "Present", view.present, "whose data comes in"),
    share("focus", "Focus", view.focus, "in view and turned to the lesson", floor),
    mean(view.engagement, floor, affect),
    share("difficulty", "Difficulty", view.difficulty, hard, floor),
    number("unknown", "Unknown", view.unknown, `of ${view.present ?? "?"}: nothing is known now`),
  ];
}

function number(name: FigureName, label: string, value: number | null, detail: string): Figure {
  if (value !== null) return { name, label, value: String(value), detail, mute: false };
  return { name, label, value: "withheld", detail: "it would tell of too few people", mute: true };
}

function share(
  name: FigureName,
  label: string,
  of: Share | null,
  words: string,
  floor: number,
): Figure {
  if (of && of.part !== null) {
    const value = `${of.part} of ${of.whole}`;
    return { name, label, value, detail: `${words}${unknownToo(of)}`, mute: false };
  }
  const few = !of || of.whole < floor;
  const detail = few
    ? `fewer than ${floor} are known`
    : `it would tell of too few of the ${of.whole} known`;
  return { name, label, value: few ? "too few" : "withheld", detail, mute: true };
}

function unknownToo({ unknown }: Share): string {
  return unknown === null ? " (some unknown)" : unknown ? ` (${unknown} unknown)` : "";
}

function mean(value: number | null, floor: number, affect: boolean): Figure {
  const [name, label] = ["engagement", "Engagement"] as const;
  if (value === null) {
    const detail = affect ? `fewer than ${floor} are known` : "expressions are not read here";
    return { name, label, value: affect ? "too few" : "off", detail, mute: true };
  }
  const detail = "of readings happy or surprised";
  return { name, label, value: `${Math.round(value * 100)} %`, detail, mute: false };
}

/** One line for those who do not see the figures. */
export function summary(view: ClassNow, affect: boolean): string {
  if (!view.shown) return `Fewer than ${view.min_people} are in the lesson: too few to show.`;
  const parts = figuresOf(view, affect).map(
    ({ label, value, detail }) => `${label.toLowerCase()} ${value} (${detail})`,
  );
  return `${parts.join("; ")}.`;
}
