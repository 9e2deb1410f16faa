import { describe, expect, it } from "vitest";

import { adaptedSentence } from "../../src/learning/adapted.ts";
import { saidIn, sharesOf, statesOf, visitsOf, type Span } from "../../src/learning/lanes.ts";

const span = (rule: string, state: string, start_s: number, end_s: number, point = "p") =>
  ({ rule, state, start_s, end_s, point_id: point, said: false }) as Span;
const session = { began_at_s: 100, ended_at_s: 200 } as Parameters<typeof statesOf>[1];

describe("a session's states", () => {
  it("are those of its time; what was said stands apart", () => {
    const said = { ...span("difficulty", "difficult", 150, 150), said: true };
    const states = [span("focus", "focused", 0, 50), span("focus", "focused", 150, 180), said];
    expect(statesOf(states, session)).toEqual([states[1]]);
    expect(saidIn(states, session)).toEqual([said]);
  });

  it("count what nothing covers as unknown", () => {
    const shares = sharesOf([span("focus", "focused", 100, 140)], 100);
    expect(shares).toEqual([
      { state: "unknown", share: 0.6 },
      { state: "focused", share: 0.4 },
    ]);
    expect(sharesOf([span("focus", "focused", 100, 200)], 100)).toEqual([
      { state: "focused", share: 1 },
    ]);
    expect(sharesOf([], 0)).toEqual([]);
  });

  it("give the visits to points, neighbours joined", () => {
    const titles = new Map([["a", "Alpha"]]);
    const states = [
      span("focus", "focused", 0, 10, "a"),
      span("focus", "unknown", 10, 20, "a"),
      span("difficulty", "difficult", 0, 20, "b"),
      span("focus", "focused", 20, 30, "gone"),
      { ...span("focus", "unknown", 30, 40), point_id: null },
    ];
    expect(visitsOf(states, titles)).toEqual([
      { title: "Alpha", start_s: 0, end_s: 20 },
      { title: "A point that is no more", start_s: 20, end_s: 30 },
      { title: "", start_s: 30, end_s: 40 },
    ]);
  });
});

describe("what was adapted", () => {
  it("is told with what cannot be told", () => {
    const offers = [
      { answer: "taken", verdict: "better" },
      { answer: "taken", verdict: "" },
      { answer: "dismissed", verdict: "worse" },
    ] as const;
    expect(adaptedSentence(offers)).toBe(
      "3 offers, 2 taken. Of those taken, 1 led to better minutes, 0 to worse, 0 to no clear change; 1 cannot be told.",
    );
    expect(adaptedSentence([{ answer: "shown", verdict: "" }])).toBe("1 offer, 0 taken.");
    expect(adaptedSentence([])).toBe("Nothing was offered to you in this time.");
  });
});
