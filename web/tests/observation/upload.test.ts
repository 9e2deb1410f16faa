import "fake-indexeddb/auto";
import { beforeEach, expect, it } from "vitest";

import { NOT_OURS, Problem } from "../../src/api/send.ts";
import type { ObservationBatch, SentReading } from "../../src/observation/batch.ts";
import { BatchQueue, forgetBatches } from "../../src/observation/queue.ts";
import { Uploader, type UploadState } from "../../src/observation/upload.ts";

const HAPPY = { name: "happiness", reason: "", probabilities: null } as const;
let queue: BatchQueue;
/** Course and number of each batch that was taken. */
let taken: string[];
let told: string[];
let states: UploadState["kind"][];

function batch(course: string, number: number): ObservationBatch {
  const reading = { time_s: 0, face: true, expression: HAPPY } as unknown as SentReading;
  return {
    batch_id: `${course}${number}`,
    course_id: course,
    lesson_id: "l",
    point_id: "p",
    started_at_s: number,
    interval_s: 1,
    lost_readings: 0,
    readings: [reading],
  };
}

/** @param code why a batch is refused; undefined where it is taken. */
function uploader(code: (batch: ObservationBatch) => [number, string] | undefined): Uploader {
  const means = {
    post: async (body: ObservationBatch) => {
      const refused = code(body);
      if (refused) {
        throw new Problem({ status: refused[0], code: refused[1], detail: "No." }, null);
      }
      taken.push(body.batch_id + (body.readings[0]!.expression ? "+" : "-"));
    },
    unixS: () => 100,
    wait: () => Promise.resolve(),
    alone: (work: () => Promise<void>) => work(),
  };
  return new Uploader(queue, means, {
    changed: (state) => void states.push(state.kind),
    affectOff: (course) => void told.push(`affectOff ${course}`),
    stopped: (course) => void told.push(`stopped ${course}`),
    refused: (problem) => void told.push(`refused ${problem.code}`),
  });
}

beforeEach(async () => {
  await forgetBatches("xenia");
  queue = await BatchQueue.open("xenia");
  [taken, told, states] = [[], [], []];
  for (const one of [batch("a", 1), batch("b", 1), batch("a", 2), batch("b", 2), batch("b", 3)]) {
    await queue.add(one);
  }
});

it("forgets what waits of a course that takes nothing, and sends all the rest", async () => {
  await uploader((one) => (one.course_id === "a" ? [403, "consent_needed"] : undefined)).send();
  expect(taken).toEqual(["b1+", "b2+", "b3+"]);
  expect(told).toEqual(["stopped a"]);
  expect([await queue.count(), states.at(-1)]).toEqual([0, "idle"]);
});

it("takes expressions out of the course that takes none, and out of no other", async () => {
  const of = (one: ObservationBatch) => one.course_id === "a" && one.readings[0]!.expression;
  await uploader((one) => (of(one) ? [403, "affect_off"] : undefined)).send();
  expect(taken).toEqual(["a1-", "b1+", "a2-", "b2+", "b3+"]);
  expect(told).toEqual(["affectOff a"]);
});

it("keeps everything while nobody, or somebody else, is logged in", async () => {
  await uploader(() => [401, "sign_in_needed"]).send();
  expect([await queue.count(), taken, states.at(-1)]).toEqual([5, [], "signed-out"]);
});

it("forgets one batch that is malformed, and sends the rest", async () => {
  await uploader((one) => (one.batch_id === "a1" ? [422, "not_accepted"] : undefined)).send();
  expect(taken).toEqual(["b1+", "a2+", "b2+", "b3+"]);
  expect(told).toEqual(["refused not_accepted"]);
});

it.each([401, 403, 404, 408, 413, 511])(
  "keeps everything where a proxy or a hotel's network answers %i, and sends it later",
  async (status) => {
    let first = true;
    const proxy = (): [number, string] | undefined => {
      const refused = first;
      first = false;
      return refused ? [status, NOT_OURS] : undefined;
    };
    await uploader(proxy).send();
    expect([taken, told]).toEqual([["a1+", "b1+", "a2+", "b2+", "b3+"], []]);
    expect(states).toContain("waiting");
  },
);

it("forgets one course of one account, or all of it", async () => {
  const yann = await BatchQueue.open("yann");
  await yann.clear();
  await yann.add(batch("a", 9));
  await forgetBatches("xenia", "a");
  expect((await queue.next())?.batch.batch_id).toBe("b1");
  expect(await queue.count()).toBe(3);
  await forgetBatches("xenia");
  expect([await queue.count(), await yann.count()]).toEqual([0, 1]);
});
