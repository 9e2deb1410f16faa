import { expect, test } from "vitest";

import {
  bandsOf,
  busiest,
  extended,
  figuresOf,
  instantOf,
  summary,
  type ClassNow,
  type Instant,
} from "../../src/teaching/live/view.ts";

const VIEW: ClassNow = {
  shown: true,
  min_people: 10,
  present: 24,
  focus: { part: 18, whole: 22, unknown: null },
  difficulty: { part: 6, whole: 20, unknown: 4 },
  passive: { part: 0, whole: 24, unknown: 0 },
  engagement: 0.256,
  unknown: null,
  points: [
    { knowledge_point: "a", people: 10, counts: {}, note: "" },
    { knowledge_point: "b", people: 14, counts: {}, note: "" },
    { knowledge_point: "c", people: null, counts: {}, note: "too few to show" },
  ],
  alerts: [],
  note: "",
  at_s: 1000,
  titles: { a: "Convolution", b: "Sampling" },
};
const HIDDEN: ClassNow = { ...VIEW, shown: false, present: null, focus: null, points: [] };

function figure(view: ClassNow, name: string, affect = true) {
  return figuresOf(view, affect).find((one) => one.name === name)!;
}

test("figures tell people of those known, and what is unknown", () => {
  expect(figure(VIEW, "focus").value).toBe("18 of 22");
  expect(figure(VIEW, "focus").detail).toContain("(some unknown)");
  expect(figure(VIEW, "difficulty").detail).toContain("(4 unknown)");
  expect(figure(VIEW, "engagement").value).toBe("26 %");
});

test("what is withheld is called so, and is never a zero", () => {
  expect(figure(VIEW, "unknown")).toMatchObject({ value: "withheld", mute: true });
  const told = { part: null, whole: 22, unknown: 0 };
  expect(figure({ ...VIEW, focus: told }, "focus").value).toBe("withheld");
  expect(figure({ ...VIEW, focus: { ...told, whole: 4 } }, "focus").value).toBe("too few");
  for (const { value } of figuresOf(HIDDEN, true)) expect(value).not.toMatch(/^0/);
  expect(summary(HIDDEN, true)).toContain("too few to show");
});

test("without expressions difficulty is what learners say", () => {
  expect(figure(VIEW, "difficulty", false).detail).toContain("say that it is hard");
  expect(figure({ ...VIEW, engagement: null }, "engagement", false).value).toBe("off");
});

test("most were at the fullest point that may be told", () => {
  expect(busiest(VIEW)).toBe("b");
  expect(busiest(HIDDEN)).toBe("");
});

test("a moment is told in shares; a withheld part is unknown", () => {
  expect(instantOf(VIEW)).toMatchObject({
    difficulty: 0.3,
    present: 24,
    unknown: null,
    point: "b",
  });
  expect(instantOf({ ...VIEW, focus: { part: null, whole: 22, unknown: 0 } }).focus).toBeNull();
});

function at(at_s: number, point: string): Instant {
  return { ...instantOf(VIEW), at_s, point };
}

test("the trend forgets what is older than a quarter of an hour, and counts nothing twice", () => {
  const trend = [at(0, "a"), at(200, "a"), at(950, "a")];
  expect(extended(trend, at(950, "b")).map(({ at_s }) => at_s)).toEqual([200, 950]);
  expect(extended(trend, at(100, "b")).map(({ at_s }) => at_s)).toEqual([0, 100, 200, 950]);
});

test("bands are stretches at one point; what is withheld has none", () => {
  const trend = [at(0, "a"), at(10, "a"), at(20, ""), at(30, "b"), at(40, "b")];
  expect(bandsOf(trend, VIEW.titles)).toEqual([
    { name: "Convolution", from_s: 0, to_s: 20 },
    { name: "Sampling", from_s: 30, to_s: 40 },
  ]);
});
