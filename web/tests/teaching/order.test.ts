import { expect, test } from "vitest";

import { lessonMoved, pointMoved } from "../../src/teaching/editor/order.ts";

const ORDER = [
  { id: "A", points: ["a1", "a2"] },
  { id: "B", points: ["b1"] },
];

test("a lesson changes places with its neighbour, and stays at the ends", () => {
  expect(lessonMoved(ORDER, "A", 1)?.map(({ id }) => id)).toEqual(["B", "A"]);
  expect(lessonMoved(ORDER, "A", -1)).toBeNull();
  expect(lessonMoved(ORDER, "B", 1)).toBeNull();
  expect(lessonMoved(ORDER, "none", 1)).toBeNull();
});

test("a point moves within its lesson", () => {
  expect(pointMoved(ORDER, "a1", 1)).toEqual([{ id: "A", points: ["a2", "a1"] }, ORDER[1]]);
});

test("a point goes over its lesson's end into the next one, at the near end", () => {
  expect(pointMoved(ORDER, "a2", 1)).toEqual([
    { id: "A", points: ["a1"] },
    { id: "B", points: ["a2", "b1"] },
  ]);
  expect(pointMoved(ORDER, "b1", -1)).toEqual([
    { id: "A", points: ["a1", "a2", "b1"] },
    { id: "B", points: [] },
  ]);
});

test("a point at the course's end stays, and the given order is not touched", () => {
  expect(pointMoved(ORDER, "b1", 1)).toBeNull();
  expect(pointMoved(ORDER, "a1", -1)).toBeNull();
  expect(ORDER[0]!.points).toEqual(["a1", "a2"]);
});
