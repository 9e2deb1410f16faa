/** Thresholds of a course in the words and units of people. Pure. */
import type { components } from "../api/schema.d.ts";

export type ThresholdsView = components["schemas"]["ThresholdsView"];
export type Values = Record<string, Record<string, number>>;

export const GROUPS: Readonly<Record<string, { title: string; about: string }>> = {
  focus: { title: "Focus", about: "Whether a learner is in view." },
  difficulty: { title: "Difficulty", about: "When a point is said to be hard." },
  engagement: { title: "Engagement", about: "How often happy or surprised looks are read." },
  involvement: { title: "Involvement", about: "When a lowered head counts." },
  group: { title: "Class view", about: "From how many people on something is told at all." },
};

const NAMES: Readonly<Record<string, string>> = {
  "focus.window_s": "Window",
  "focus.unseen_share": "Share unseen",
  "difficulty.observations": "Readings in a row",
  "difficulty.observation_interval_s": "Interval of readings",
  "engagement.window_s": "Window",
  "involvement.window_s": "Window",
  "involvement.bow_angle_deg": "Angle",
  "involvement.bowed_share": "Share lowered",
  "group.min_people": "Smallest class",
  "group.min_cell": "Smallest figure",
  "group.moment_share": "Share worth a look",
};

/** `difficulty.max_unknown_share` -> "Most unknown". */
export function nameOf(key: string): string {
  if (key.endsWith(".max_unknown_share")) return "Most unknown";
  const bare = key.slice(key.indexOf(".") + 1).replaceAll("_", " ");
  return NAMES[key] ?? bare.charAt(0).toUpperCase() + bare.slice(1);
}

export interface Unit {
  readonly sign: string;
  /** A value times this is what people write. */
  readonly factor: number;
  readonly step: number;
}

/** The unit stands at the end of a name. */
export function unitOf(key: string): Unit {
  if (key.endsWith("_share")) return { sign: "%", factor: 100, step: 1 };
  if (key.endsWith("_interval_s")) return { sign: "s", factor: 1, step: 0.1 };
  if (key.endsWith("_s")) return { sign: "s", factor: 1, step: 1 };
  if (key.endsWith("_deg")) return { sign: "°", factor: 1, step: 1 };
  if (key.endsWith("people") || key.endsWith("cell")) return { sign: "people", factor: 1, step: 1 };
  return { sign: "readings", factor: 1, step: 1 };
}

/** A value as it is written in the field, without the crumbs of binary fractions. */
export function shown(key: string, value: number): number {
  return Number((value * unitOf(key).factor).toFixed(4));
}

/** What was written, as a value. */
export function stored(key: string, written: number): number {
  return Number((written / unitOf(key).factor).toFixed(6));
}

/** `group.name` -> what is wrong with it. */
export function wrongOf(
  values: Values,
  bounds: Readonly<Record<string, readonly number[]>>,
): Record<string, string> {
  const wrong: Record<string, string> = {};
  for (const [group, of] of Object.entries(values)) {
    for (const [name, value] of Object.entries(of)) {
      const key = `${group}.${name}`;
      const [least = -Infinity, most = Infinity] = bounds[key] ?? [];
      if (Number.isFinite(value) && value >= least && value <= most) continue;
      const { sign } = unitOf(key);
      wrong[key] = `From ${shown(key, least)} to ${shown(key, most)} ${sign}.`;
    }
  }
  return wrong;
}

/** How many differ from the published ones. */
export function differing(values: Values, defaults: Values): string[] {
  return Object.entries(values).flatMap(([group, of]) =>
    Object.entries(of)
      .filter(([name, value]) => defaults[group]?.[name] !== value)
      .map(([name]) => `${group}.${name}`),
  );
}
