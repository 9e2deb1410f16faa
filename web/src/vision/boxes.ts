/** Overlaps of boxes, and one detection for each face: `faces/detectors/detection.py`. */
import type { Box } from "./picture.ts";

/** One face found. `rollDeg` is the tilt of the line of the eyes, clockwise positive. */
export interface Detection {
  readonly box: Box;
  readonly score: number;
  readonly rollDeg: number;
}

/** Two detections are one face above this overlap ... */
const SAME_FACE_IOU = 0.3;
/** ... or when the smaller lies this far inside the larger. */
const SAME_FACE_CONTAINED = 0.7;

function commonArea(a: Box, b: Box): number {
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  return width > 0 && height > 0 ? width * height : 0;
}

export function area(box: Box): number {
  return box[2] * box[3];
}

/** Overlap of two boxes, 0 (apart) to 1 (the same). */
export function intersectionOverUnion(a: Box, b: Box): number {
  const both = commonArea(a, b);
  return both === 0 ? 0 : both / (area(a) + area(b) - both);
}

/** Share of the smaller box that lies in the other, 0 to 1. */
export function containedShare(a: Box, b: Box): number {
  return commonArea(a, b) / Math.min(area(a), area(b));
}

/** Non-maximum suppression: of each group that shows one face, the surest. */
export function keepBest(detections: readonly Detection[]): Detection[] {
  const kept: Detection[] = [];
  for (const one of [...detections].sort((a, b) => b.score - a.score)) {
    const apart = kept.every(
      (other) =>
        intersectionOverUnion(one.box, other.box) < SAME_FACE_IOU &&
        containedShare(one.box, other.box) < SAME_FACE_CONTAINED,
    );
    if (apart) kept.push(one);
  }
  return kept;
}
