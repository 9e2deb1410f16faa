import { describe, expect, it } from "vitest";

import type { CourseView } from "../../src/api/types.ts";
import { difficultyWords, pointsWords } from "../../src/courses/difficulty.ts";
import { firstOpenPoint, neighboursOf, pointsOf, withPoint } from "../../src/courses/outline.ts";
import { studyPath } from "../../src/courses/paths.ts";

const point = (id: string, completed = false) => ({
  id,
  title: id,
  difficulty: 2,
  start_s: null,
  end_s: null,
  opened: completed,
  completed,
});
const course = {
  lessons: [
    { id: "l1", title: "One", has_video: false, points: [point("a", true), point("b")] },
    { id: "l2", title: "Empty", has_video: false, points: [] },
    { id: "l3", title: "Three", has_video: false, points: [point("c")] },
  ],
} as unknown as CourseView;

describe("a course's points", () => {
  it("stand in the order of study, each with its lesson", () => {
    const found = pointsOf(course).map(({ id, lesson_id }) => [id, lesson_id]);
    expect(found).toEqual([
      ["a", "l1"],
      ["b", "l1"],
      ["c", "l3"],
    ]);
  });

  it("go on at the first that is not finished, else at the first", () => {
    expect(firstOpenPoint(course)?.id).toBe("b");
    const done = withPoint(withPoint(course, "b", { completed: true }), "c", { completed: true });
    expect(firstOpenPoint(done)?.id).toBe("a");
    expect(firstOpenPoint({ lessons: [] })).toBeNull();
  });

  it("have neighbours across lessons", () => {
    const points = pointsOf(course);
    const { before, after } = neighboursOf(points, "b");
    expect([before?.id, after?.id]).toEqual(["a", "c"]);
    expect(neighboursOf(points, "c").after).toBeNull();
    expect(neighboursOf(points, "gone")).toEqual({ before: null, after: null });
  });

  it("change one at a time, the old course left as it was", () => {
    const changed = withPoint(course, "c", { opened: true });
    expect(pointsOf(changed).map((one) => one.opened)).toEqual([true, false, true]);
    expect(pointsOf(course)[2]!.opened).toBe(false);
  });
});

it("tells difficulty and counts in words", () => {
  expect([1, 2.4, 5, null].map(difficultyWords)).toEqual([
    "first steps",
    "easy",
    "demanding",
    "difficulty unknown",
  ]);
  expect([pointsWords(1), pointsWords(8)]).toEqual(["1 point", "8 points"]);
});

it("leads to the point, or to where one was", () => {
  expect(studyPath("c", "p")).toBe("/courses/c/study?point=p");
  expect(studyPath("c")).toBe("/courses/c/study");
});
