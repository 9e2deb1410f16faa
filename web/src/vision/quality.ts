/** Is a face good enough to read? If not, why not: `faces/quality.py`. */
import type { Box, GreyPicture, Picture } from "./picture.ts";
import type { HeadPose } from "./pose.ts";
import { cut, grey, resizeLinear } from "./resampling.ts";

/** Why a face is too poor to read; "" when it is readable. */
export type QualityReason =
  | ""
  | "small"
  | "cut off"
  | "dark"
  | "overexposed"
  | "turned"
  | "covered"
  | "blurred";

export interface Quality {
  /** Geometric mean of the box's sides, pixels. */
  readonly sizePx: number;
  /** 0 (blurred) to 1. */
  readonly sharpness: number;
  /** Mean luma of the face, 0 to 1. */
  readonly brightness: number;
  /** Deviation of the luma, 0 to 0.5. */
  readonly contrast: number;
  /** Share of the face that is in the picture and uncovered, 0 to 1. */
  readonly visible: number;
  readonly reason: QualityReason;
}

const PATCH_PX = 64;
/** The limits of QualityLimits in Python. */
export const LIMITS = {
  sizePx: 20,
  sharpness: 0.02,
  dark: 0.06,
  bright: 0.94,
  contrast: 0.02,
  yawDeg: 50,
  pitchDeg: 40,
  visible: 0.5,
} as const;

/** Quality of the face in `box`; `presence` is the mesh's confidence in a face. */
export function faceQuality(
  picture: Picture,
  box: Box,
  presence: number,
  pose: HeadPose | null,
): Quality {
  const [x, y, w, h] = box;
  const [left, top] = [Math.max(0, Math.trunc(x)), Math.max(0, Math.trunc(y))];
  const right = Math.min(picture.width, Math.trunc(x + w) + 1);
  const bottom = Math.min(picture.height, Math.trunc(y + h) + 1);
  const sizePx = Math.sqrt(w * h);
  if (right - left < 2 || bottom - top < 2) {
    return { sizePx, sharpness: 0, brightness: 0, contrast: 0, visible: 0, reason: "cut off" };
  }
  const inside = Math.min(1, ((right - left) * (bottom - top)) / Math.max(w * h, 1e-6));
  const patch = grey(resizeLinear(cut(picture, left, top, right, bottom), PATCH_PX, PATCH_PX));
  const { mean, variance } = moments(Float32Array.from(patch.data));
  const measured = {
    sizePx,
    sharpness: sharpnessOf(patch),
    brightness: mean / 255,
    contrast: Math.min(Math.sqrt(variance) / 255, 0.5),
    visible: Math.min(1, Math.max(0, inside * presence)),
  };
  return { ...measured, reason: reasonOf(measured, inside, pose) };
}

function moments(values: Float32Array): { mean: number; variance: number } {
  let [sum, squares] = [0, 0];
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return { mean, variance: squares / values.length - mean * mean };
}

/** v / (v + 100) of the variance v of the Laplacian, the border mirrored. */
function sharpnessOf({ width, height, data }: GreyPicture): number {
  const mirrored = (i: number, size: number) => (i < 0 ? 1 : i >= size ? size - 2 : i);
  const at = (x: number, y: number) => data[mirrored(y, height) * width + mirrored(x, width)]!;
  const laplacian = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      laplacian[y * width + x] =
        at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1) - 4 * at(x, y);
    }
  }
  const { variance } = moments(laplacian);
  return variance / (variance + 100);
}

function reasonOf(
  quality: Omit<Quality, "reason">,
  inside: number,
  pose: HeadPose | null,
): QualityReason {
  const flat = quality.contrast < LIMITS.contrast; // nothing is left to see
  if (quality.sizePx < LIMITS.sizePx) return "small";
  if (inside < LIMITS.visible) return "cut off";
  if (quality.brightness < LIMITS.dark || (flat && quality.brightness < 0.5)) return "dark";
  if (quality.brightness > LIMITS.bright || flat) return "overexposed";
  if (pose && (Math.abs(pose.yawDeg) > LIMITS.yawDeg || Math.abs(pose.pitchDeg) > LIMITS.pitchDeg))
    return "turned";
  if (quality.visible < LIMITS.visible) return "covered";
  return quality.sharpness < LIMITS.sharpness ? "blurred" : "";
}
