import { expect, it } from "vitest";

import { Problem } from "../../src/api/send.ts";
import { Draft, type Kept } from "../../src/teaching/editor/draft.svelte.ts";
import { withNewQuestions } from "../../src/teaching/editor/questions.ts";

interface Text {
  words: string;
}

/** A platform that keeps one text, and refuses what was not made of the present version. */
function platform(words: string) {
  const kept = { words, version: 1 };
  const answer = (): Kept<Text> => ({
    draft: { words: kept.words },
    version: String(kept.version),
  });
  const save = (text: string): void => {
    kept.words = text;
    kept.version++;
  };
  const send = async ({ words }: Text, version: string): Promise<Kept<Text>> => {
    if (version !== String(kept.version)) {
      throw new Problem({ status: 409, code: "changed_since", detail: "It was changed." }, null);
    }
    save(words);
    return answer();
  };
  const place = { check: () => ({}), send, read: async () => answer() };
  return { kept, save, opened: () => new Draft<Text>(answer(), place) };
}

it("saves again and again over what it saved itself", async () => {
  const { kept, opened } = platform("one");
  const draft = opened();
  for (const words of ["two", "three"]) {
    draft.now.words = words;
    expect(await draft.save()).toBe(true);
  }
  expect(kept.words).toBe("three");
});

it("saves nothing over what was saved elsewhere, and keeps what was typed", async () => {
  const { kept, save, opened } = platform("one");
  const draft = opened();
  save("theirs");
  draft.now.words = "mine";
  expect(await draft.save()).toBe(false);
  expect([draft.changedSince, draft.now.words, kept.words]).toEqual([true, "mine", "theirs"]);
  await draft.takeTheirs();
  expect([draft.changedSince, draft.unsaved, draft.now.words]).toEqual([false, false, "theirs"]);
});

it("saves over what was saved elsewhere where one wants that", async () => {
  const { kept, save, opened } = platform("one");
  const draft = opened();
  save("theirs");
  draft.now.words = "mine";
  await draft.save();
  expect(await draft.saveOver()).toBe(true);
  expect([kept.words, draft.unsaved, draft.changedSince]).toEqual(["mine", false, false]);
});

it("makes questions anew that were deleted elsewhere", () => {
  const texts = { title: "A", difficulty: 2, body: "", fuller: "", easier: "", story: "" };
  const question = { prompt: "?", options: ["a", "b"], correct: [0], explanation: "" };
  const mine = {
    ...texts,
    questions: [
      { ...question, id: "gone" },
      { ...question, id: "here" },
    ],
  };
  const theirs = { ...texts, questions: [{ ...question, id: "here" }] };
  expect(withNewQuestions(mine, theirs).questions).toEqual([question, { ...question, id: "here" }]);
});
