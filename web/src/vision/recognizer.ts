/** Reads expressions, or says unknown and why: `expression/recognizer.py`. */
import { hiddenBy } from "./glare.ts";
import { UNKNOWN, type ExpressionName } from "./labels.ts";
import type { ModelFacts } from "./model-facts.ts";
import { output, type Network } from "./network.ts";
import { INPUT_PX } from "./preprocessing.ts";
import type { QualityReason } from "./quality.ts";

/** Why an expression is unknown; "" where it is known. */
export type UnknownReason = QualityReason | "unsure";

export interface Expression {
  readonly name: ExpressionName | typeof UNKNOWN;
  /** Share of each expression, summing to 1; null where the face was not looked at. */
  readonly probabilities: Readonly<Record<ExpressionName, number>> | null;
  readonly reason: UnknownReason;
}

/** softmax(logits / temperature + bias). */
export function calibrate(
  logits: ArrayLike<number>,
  { temperature, bias }: Pick<ModelFacts, "temperature" | "bias">,
): number[] {
  const scaled = Array.from(logits, (value, i) => value / temperature + (bias[i] ?? 0));
  const most = Math.max(...scaled);
  const powers = scaled.map((value) => Math.exp(value - most));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}

/** The expression of one crop of `faceCrop`. */
export async function recognize(
  network: Network,
  facts: ModelFacts,
  crop: Float32Array,
): Promise<Expression> {
  const outputs = await network.run(crop, [1, 1, INPUT_PX, INPUT_PX]);
  const { coveredThreshold } = facts;
  if (coveredThreshold !== null && output(outputs, "covered")[0]! > coveredThreshold) {
    return { name: UNKNOWN, probabilities: null, reason: hiddenBy(crop) };
  }
  return judge(calibrate(output(outputs, "ferplus"), facts), facts);
}

/** The likeliest expression, or unknown below the model's threshold. */
export function judge(shares: readonly number[], facts: ModelFacts): Expression {
  const entries = facts.labels.map((name, i) => [name, shares[i]!] as const);
  const probabilities = Object.fromEntries(entries) as Record<ExpressionName, number>;
  const [name, most] = entries.reduce((best, entry) => (entry[1] > best[1] ? entry : best));
  if (most < facts.threshold) return { name: UNKNOWN, probabilities, reason: "unsure" };
  return { name, probabilities, reason: "" };
}
