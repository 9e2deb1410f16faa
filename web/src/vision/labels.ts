/** Names of expressions, as `labels.py` has them. */
export const EXPRESSIONS = [
  "neutral",
  "happiness",
  "surprise",
  "sadness",
  "anger",
  "disgust",
  "fear",
  "contempt",
] as const;
export type ExpressionName = (typeof EXPRESSIONS)[number];
/** A reading that could not, or should not, be made. */
export const UNKNOWN = "unknown";
