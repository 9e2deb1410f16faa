/** How far the eyes and the mouth are open: `faces/openness.py`. */
import type { Mesh } from "./mesh.ts";

/** p1 to p6 of the eye aspect ratio, person's right and left eye. */
export const EYES = [
  [33, 160, 158, 133, 153, 144],
  [362, 385, 387, 263, 373, 380],
] as const;
/** Inner lips: left and right corner, then three (upper, lower) pairs. */
const MOUTH_CORNERS = [78, 308] as const;
const MOUTH_PAIRS = [
  [81, 178],
  [13, 14],
  [311, 402],
] as const;
/** An eye counts as closed below this aspect ratio (Soukupova and Cech 2016). */
export const CLOSED_EYE = 0.2;

/** In space: a turned head shortens widths in x and y only. */
function distance(mesh: Mesh, a: number, b: number): number {
  return Math.hypot(
    mesh[3 * a]! - mesh[3 * b]!,
    mesh[3 * a + 1]! - mesh[3 * b + 1]!,
    mesh[3 * a + 2]! - mesh[3 * b + 2]!,
  );
}

/** Eye aspect ratio, mean of both eyes: about 0.3 open, below 0.2 closed. */
export function eyeOpenness(mesh: Mesh): number {
  const ratios = EYES.map(([p1, p2, p3, p4, p5, p6]) => {
    const lids = distance(mesh, p2, p6) + distance(mesh, p3, p5);
    return lids / Math.max(2 * distance(mesh, p1, p4), 1e-6);
  });
  return (ratios[0]! + ratios[1]!) / 2;
}

/** Mouth aspect ratio: mean gap of the lips over the mouth's width; above 0.6 a yawn. */
export function mouthOpenness(mesh: Mesh): number {
  const gaps = MOUTH_PAIRS.map(([upper, lower]) => distance(mesh, upper, lower));
  const gap = gaps.reduce((sum, value) => sum + value, 0) / gaps.length;
  return gap / Math.max(distance(mesh, ...MOUTH_CORNERS), 1e-6);
}
