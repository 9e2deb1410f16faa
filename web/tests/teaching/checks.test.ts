import { expect, test } from "vitest";

import { courseErrors, pointErrors, type PointDraft } from "../../src/teaching/editor/checks.ts";

const POINT: PointDraft = {
  title: "Convolution",
  difficulty: 3,
  body: "Flip and slide.",
  fuller: "",
  easier: "",
  story: "",
  start_s: null,
  end_s: null,
  questions: [{ prompt: "1 + 1?", options: ["2", "3"], correct: [0], explanation: "" }],
};

test("what the platform takes has no errors", () => {
  expect(pointErrors(POINT)).toEqual({});
  expect(courseErrors({ title: "Signals", summary: "", language: "pt-BR", tags: [] })).toEqual({});
});

test("errors stand at the field's name, as the platform names it", () => {
  const question = { prompt: " ", options: ["2", ""], correct: [], explanation: "" };
  const errors = pointErrors({ ...POINT, title: "", questions: [question] });
  expect(Object.keys(errors).sort()).toEqual([
    "questions.0.correct",
    "questions.0.options.1",
    "questions.0.prompt",
    "title",
  ]);
});

test("time marks go together, and in order", () => {
  expect(pointErrors({ ...POINT, start_s: 5 })).toHaveProperty("end_s");
  expect(pointErrors({ ...POINT, start_s: 5, end_s: 5 })).toHaveProperty("end_s");
  expect(pointErrors({ ...POINT, start_s: 5, end_s: 6 })).toEqual({});
});

test("lengths count characters, not UTF-16 units", () => {
  expect(pointErrors({ ...POINT, title: "𝄞".repeat(200) })).toEqual({});
  expect(pointErrors({ ...POINT, title: "𝄞".repeat(201) })).toHaveProperty("title");
});

test("a language is a tag, subjects are few and short", () => {
  const errors = courseErrors({
    title: "S",
    summary: "",
    language: "german",
    tags: ["x".repeat(41)],
  });
  expect(Object.keys(errors).sort()).toEqual(["language", "tags"]);
});
