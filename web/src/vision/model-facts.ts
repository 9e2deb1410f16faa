/**
 * What an exported expression model says of itself: the JSON under the key `mien` of its
 * ONNX metadata (`ModelFacts` in `expression/recognizer.py`). It is read from the very
 * bytes that are run, so no second file can disagree with them.
 */
import { EXPRESSIONS, type ExpressionName } from "./labels.ts";

export interface ModelFacts {
  /** Names of the outputs, in their order. */
  readonly labels: readonly ExpressionName[];
  readonly temperature: number;
  /** Added to the scaled logits; empty for none. */
  readonly bias: readonly number[];
  /** Below this probability of the likeliest the answer is unknown. */
  readonly threshold: number;
  /** Above this probability of the output `covered` the face is not read; null: no such output. */
  readonly coveredThreshold: number | null;
}

/** Field numbers of onnx.proto3: ModelProto.metadata_props, and its key and value. */
const METADATA = 14;
const KEY = 1;
const VALUE = 2;

/** Raises an Error where the file does not say how to use it. */
export function readModelFacts(file: Uint8Array): ModelFacts {
  const text = metadata(file).get("mien");
  if (text === undefined) throw new Error("The expression model lacks the metadata key 'mien'.");
  const facts = JSON.parse(text) as Record<string, unknown>;
  const labels = facts["labels"];
  const known = new Set<unknown>(EXPRESSIONS);
  if (
    !Array.isArray(labels) ||
    labels.length !== EXPRESSIONS.length ||
    !labels.every((name) => known.delete(name))
  ) {
    throw new Error(`The expression model has the labels ${JSON.stringify(labels)}.`);
  }
  const bias = facts["bias"];
  if (!Array.isArray(bias) || !bias.every((value) => typeof value === "number")) {
    throw new Error(`The expression model's bias is ${JSON.stringify(bias)}, expected numbers.`);
  }
  const covered = facts["covered_threshold"] ?? null;
  return {
    labels: labels as ExpressionName[],
    temperature: number(facts, "temperature"),
    bias: bias as number[],
    threshold: number(facts, "threshold"),
    coveredThreshold: covered === null ? null : number(facts, "covered_threshold"),
  };
}

function number(facts: Record<string, unknown>, name: string): number {
  const value = facts[name];
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new Error(`The expression model's ${name} is ${JSON.stringify(value)}, expected a number.`);
}

function metadata(file: Uint8Array): Map<string, string> {
  const text = new TextDecoder();
  const result = new Map<string, string>();
  for (const [field, bytes] of fields(file)) {
    if (field !== METADATA) continue;
    const entry = new Map(fields(bytes));
    result.set(text.decode(entry.get(KEY)), text.decode(entry.get(VALUE)));
  }
  return result;
}

/** The length-delimited fields of a protobuf message, the others skipped. */
function* fields(bytes: Uint8Array): Generator<[number, Uint8Array]> {
  let at = 0;
  const varint = (): number => {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error("The model file ends too early.");
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const [field, kind] = [Math.floor(tag / 8), tag % 8];
    if (kind === 0) varint();
    else if (kind === 1) at += 8;
    else if (kind === 5) at += 4;
    else if (kind === 2) {
      const length = varint();
      yield [field, bytes.subarray(at, at + length)];
      at += length;
    } else throw new Error("The model file is not ONNX.");
  }
}
