import { expect, it } from "vitest";

import { EXPRESSIONS } from "../../src/vision/labels.ts";
import type { ModelFacts } from "../../src/vision/model-facts.ts";
import { recognize } from "../../src/vision/recognizer.ts";

const facts = (coveredThreshold: number | null): ModelFacts => ({
  labels: EXPRESSIONS,
  temperature: 1,
  bias: [],
  threshold: 0.5,
  coveredThreshold,
});
const network = (covered?: number) => ({
  run: async () => ({
    ferplus: new Float32Array([0, 9, 0, 0, 0, 0, 0, 0]),
    ...(covered === undefined ? {} : { covered: new Float32Array([covered]) }),
  }),
});
const crop = new Float32Array(0);

it("does not read a face that the model finds covered", async () => {
  const said = await recognize(network(0.9), facts(0.8), crop);
  expect(said).toEqual({ name: "unknown", probabilities: null, reason: "covered" });
});

it("tells light that burns a face out from a thing before it", async () => {
  const told = async (white: number) => {
    const face = new Float32Array(100).fill(0.97).fill(0.98, 0, white);
    return (await recognize(network(0.9), facts(0.8), face)).reason;
  };
  expect(await told(25)).toBe("covered");
  expect(await told(26)).toBe("overexposed");
});

it("reads it at or below the threshold, and where the model tells nothing of it", async () => {
  expect((await recognize(network(0.8), facts(0.8 + 1e-6), crop)).name).toBe("happiness");
  expect((await recognize(network(), facts(null), crop)).name).toBe("happiness");
});

it("says so where the file lacks what its facts promise", async () => {
  await expect(recognize(network(), facts(0.8), crop)).rejects.toThrow("no output 'covered'");
});
