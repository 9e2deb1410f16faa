/** A reading in plain words. */
import { EXPRESSIONS, type ExpressionName } from "../vision/labels.ts";
import { CLOSED_EYE } from "../vision/openness.ts";
import type { HeadPose } from "../vision/pose.ts";
import type { Reading } from "../vision/reading.ts";
import type { UnknownReason } from "../vision/recognizer.ts";

export const EXPRESSION_WORDS: Readonly<Record<ExpressionName, string>> = {
  neutral: "neutral",
  happiness: "happy",
  surprise: "surprised",
  sadness: "sad",
  anger: "angry",
  disgust: "disgusted",
  fear: "afraid",
  contempt: "contemptuous",
};

/** Colours of meaning, the same as in `report/palette.py` (a test compares them). */
export const EXPRESSION_COLOURS: Readonly<Record<ExpressionName, string>> = {
  happiness: "#E69F00",
  surprise: "#56B4E9",
  neutral: "#8C8C8C",
  sadness: "#0072B2",
  fear: "#CC79A7",
  anger: "#D55E00",
  disgust: "#009E73",
  contempt: "#B8A600",
};

/** Why something could not be read, and what helps. */
export const REASON_WORDS: Readonly<Record<Exclude<UnknownReason, "">, string>> = {
  unsure: "No expression stands out clearly enough.",
  small: "Your face is too small in the picture. Sit nearer.",
  blurred: "The picture is blurred. Clean the lens, or wait until it is sharp.",
  dark: "It is too dark. A light in front of you helps.",
  overexposed: "It is too bright. Turn away from the window or the lamp.",
  turned: "Your head is turned too far to read your face.",
  covered: "Your face is partly covered.",
  "cut off": "Your face is only partly in the picture.",
};

/** Turns and nods smaller than this are called straight, degrees. */
const STRAIGHT_DEG = 12;
/** Above this mouth aspect ratio it may be a yawn (`faces/openness.py`). */
const YAWN = 0.6;
/** Lips that touch measure about 0.02. */
const MOUTH_OPEN = 0.1;

/** "straight", or "turned to your left 24°, bowed 15°". */
export function poseWords({ yawDeg, pitchDeg, rollDeg }: HeadPose): string {
  const said: string[] = [];
  const add = (degrees: number, plus: string, minus: string) => {
    if (Math.abs(degrees) < STRAIGHT_DEG) return;
    said.push(`${degrees > 0 ? plus : minus} ${Math.abs(degrees).toFixed(0)}°`);
  };
  add(yawDeg, "turned to your left", "turned to your right");
  add(pitchDeg, "raised", "bowed");
  add(rollDeg, "tilted to your left", "tilted to your right");
  return said.join(", ") || "straight";
}

export function eyesWords(openness: number): string {
  return openness < CLOSED_EYE ? "closed or nearly" : "open";
}

export function mouthWords(openness: number): string {
  if (openness > YAWN) return "wide open";
  return openness > MOUTH_OPEN ? "open" : "closed";
}

export interface Share {
  readonly name: ExpressionName;
  readonly share: number;
}

/** All expressions, the likeliest first; empty where none were computed. */
export function ranked(reading: Reading): Share[] {
  const { probabilities } = reading.expression ?? {};
  if (!probabilities) return [];
  const shares = EXPRESSIONS.map((name) => ({ name, share: probabilities[name] }));
  return shares.sort((a, b) => b.share - a.share);
}

/** What the face looks like, in one phrase; null where expressions are off or nobody is seen. */
export function expressionWords({ expression }: Reading): string | null {
  if (!expression) return null;
  if (expression.name === "unknown") return "unknown";
  const sure = expression.probabilities?.[expression.name] ?? 0;
  return `${EXPRESSION_WORDS[expression.name]} (${Math.round(100 * sure)} % sure)`;
}

/** What to tell about an unknown; null where nothing is unknown. */
export function unknownWords({ face, expression }: Reading): string | null {
  const reason = expression ? expression.reason : (face?.quality.reason ?? "");
  return reason === "" ? null : REASON_WORDS[reason];
}
