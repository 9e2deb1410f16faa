/** From a mesh to what the expression network sees: `expression/preprocessing.py`. */
import { EYE_CORNERS, type Mesh } from "./mesh.ts";
import type { Affine, Picture } from "./picture.ts";
import { onGrid } from "./pixel-grid.ts";
import { averageBlocks, warpLuma } from "./resampling.ts";

/** Side of the network's input. */
export const INPUT_PX = 48;
/** Side of the square over the longer extent of the levelled mesh. */
const SIDE_PER_MESH = 1.139;
/** Centre of the square above the centre of the mesh, in mesh heights. */
const RAISE_PER_MESH = 0.039;
/** Oversampling of large faces before they are averaged down. */
const MOST_OVERSAMPLING = 4;

/** Grid of the squares: `STEP_PX` and `STEP_DEG` of `expression/preprocessing.py`. */
const STEP_PX = 1 / 32;
const STEP_DEG = 1 / 64;

/** Centre and side in pixels, clockwise turn in radians. */
interface Square {
  readonly x: number;
  readonly y: number;
  readonly side: number;
  readonly roll: number;
}

export function squareOfMesh(mesh: Mesh): Square {
  const [right, left] = EYE_CORNERS;
  const roll = Math.atan2(
    mesh[3 * left + 1]! - mesh[3 * right + 1]!,
    mesh[3 * left]! - mesh[3 * right]!,
  );
  const [cos, sin] = [Math.cos(roll), Math.sin(roll)];
  let [lowX, lowY, highX, highY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < mesh.length; i += 3) {
    const x = cos * mesh[i]! + sin * mesh[i + 1]!;
    const y = cos * mesh[i + 1]! - sin * mesh[i]!;
    [lowX, highX] = [Math.min(lowX, x), Math.max(highX, x)];
    [lowY, highY] = [Math.min(lowY, y), Math.max(highY, y)];
  }
  const extent = Math.max(highX - lowX, highY - lowY);
  const x = (lowX + highX) / 2;
  const y = (lowY + highY) / 2 - RAISE_PER_MESH * extent;
  const rollDeg = onGrid((roll * 180) / Math.PI, STEP_DEG);
  return {
    x: onGrid(cos * x - sin * y, STEP_PX),
    y: onGrid(sin * x + cos * y, STEP_PX),
    side: Math.max(onGrid(SIDE_PER_MESH * extent, STEP_PX), 1),
    roll: (rollDeg * Math.PI) / 180,
  };
}

/** The face as grey 48 × 48 numbers in [0, 1]; outside the picture its border repeats. */
export function faceCrop(picture: Picture, mesh: Mesh): Float32Array {
  const { x, y, side, roll } = squareOfMesh(mesh);
  const times = Math.min(Math.max(Math.floor(side / INPUT_PX), 1), MOST_OVERSAMPLING);
  const size = INPUT_PX * times;
  const scale = size / side;
  const [a, b] = [scale * Math.cos(roll), scale * Math.sin(roll)];
  const middle = (size - 1) / 2;
  const forward: Affine = [a, b, middle - a * x - b * y, -b, a, middle + b * x - a * y];
  const luma = averageBlocks(warpLuma(picture, forward, size, size), INPUT_PX, times);
  return luma.map((value) => value / 255);
}
