/** Calls for help in the teacher's queue. Pure. */
import type { components } from "../../api/schema.d.ts";

export type HelpCall = components["schemas"]["HelpView"];

/** Characters of an answer. */
export const MOST_ANSWER = 5000;

export function isOpen(call: HelpCall): boolean {
  return call.outcome === "";
}

/** The calls with this one as it is now, oldest first. */
export function withCall(calls: readonly HelpCall[], call: HelpCall): HelpCall[] {
  const others = calls.filter(({ id }) => id !== call.id);
  return [...others, call].sort((a, b) => a.asked_at_s - b.asked_at_s);
}
