import { expect, test } from "vitest";

import { differing, shown, stored, wrongOf } from "../../src/teaching/thresholds.ts";

test("shares are written as percent and come back exactly", () => {
  expect(shown("group.moment_share", 0.3)).toBe(30);
  expect(stored("group.moment_share", 30)).toBe(0.3);
  expect(shown("focus.window_s", 10)).toBe(10);
});

test("a value out of bounds is told in its own unit", () => {
  const values = { focus: { unseen_share: 0.05, window_s: Number.NaN }, group: { min_people: 10 } };
  const bounds = {
    "focus.unseen_share": [0.1, 1],
    "focus.window_s": [5, 300],
    "group.min_people": [10, 1000],
  };
  expect(wrongOf(values, bounds)).toEqual({
    "focus.unseen_share": "From 10 to 100 %.",
    "focus.window_s": "From 5 to 300 s.",
  });
});

test("what differs is named", () => {
  const defaults = { focus: { window_s: 10 }, group: { min_people: 10, min_cell: 3 } };
  const values = { focus: { window_s: 10 }, group: { min_people: 12, min_cell: 3 } };
  expect(differing(values, defaults)).toEqual(["group.min_people"]);
});
