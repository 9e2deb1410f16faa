/** A session's states as lanes of a chart. */
import type { LearningView } from "../api/types.ts";

export type Span = LearningView["states"][number];
export type SessionFigures = LearningView["sessions"][number];

/** The rules in the order of the lanes, and what each lane is called. */
export const RULES = [
  { rule: "focus", name: "Focus" },
  { rule: "involvement", name: "Head up or down" },
  { rule: "difficulty", name: "Difficulty" },
  { rule: "engagement", name: "Engagement: happy or surprised" },
] as const;

export interface Stretch {
  readonly title: string;
  readonly start_s: number;
  readonly end_s: number;
}

/** States of a session, what was said left out. */
export function statesOf(states: readonly Span[], session: SessionFigures): Span[] {
  return states.filter(
    (one) => !one.said && one.start_s < session.ended_at_s && one.end_s > session.began_at_s,
  );
}

export function saidIn(states: readonly Span[], session: SessionFigures): Span[] {
  return states.filter(
    (one) => one.said && one.start_s >= session.began_at_s && one.start_s <= session.ended_at_s,
  );
}

/** Where the learner was: the points of the states of one rule, neighbours alike joined. */
export function visitsOf(states: readonly Span[], titles: ReadonlyMap<string, string>): Stretch[] {
  const rule = RULES.find((one) => states.some((state) => state.rule === one.rule))?.rule;
  const visits: Stretch[] = [];
  for (const { rule: own, point_id, start_s, end_s } of states) {
    if (own !== rule) continue;
    // Without a point nothing was on the screen, or nobody was seen.
    const title = point_id ? (titles.get(point_id) ?? "A point that is no more") : "";
    const last = visits.at(-1);
    if (last?.title === title) visits[visits.length - 1] = { ...last, end_s };
    else visits.push({ title, start_s, end_s });
  }
  return visits;
}

/** Share of a session by state, the most first; what no state covers is unknown. */
export function sharesOf(
  states: readonly Pick<Span, "state" | "start_s" | "end_s">[],
  length_s: number,
): { state: string; share: number }[] {
  const seconds = new Map<string, number>();
  let covered = 0;
  for (const { state, start_s, end_s } of states) {
    seconds.set(state, (seconds.get(state) ?? 0) + end_s - start_s);
    covered += end_s - start_s;
  }
  const total = Math.max(length_s, covered);
  if (total <= 0) return [];
  const rest = (seconds.get("unknown") ?? 0) + total - covered;
  // Less than half a per cent is rounding.
  if (rest / total >= 0.005) seconds.set("unknown", rest);
  return [...seconds]
    .map(([state, time]) => ({ state, share: time / total }))
    .sort((a, b) => b.share - a.share);
}
