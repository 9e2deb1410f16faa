/** The 468-point face mesh (Kartynnik et al. 2019): `faces/mesh.py`. */
import { output, planes, type Network } from "./network.ts";
import { inverse, type Affine, type Box, type Picture } from "./picture.ts";
import { onGrid } from "./pixel-grid.ts";
import { warpAffine } from "./resampling.ts";

/** 468 points x, y, z one after the other, in pixels of the picture. */
export type Mesh = Float32Array;

const INPUT_PX = 192;
/** The square's side over the face's (MediaPipe's face_landmark graph). */
export const MARGIN = 1.5;
/** Grid of the squares: `STEP_PX` and `STEP_DEG` of `faces/mesh.py`. */
const STEP_PX = 1 / 8;
const STEP_DEG = 1 / 8;
/** Outer corners of the person's right and left eye. */
export const EYE_CORNERS = [33, 263] as const;

/** A square of a picture: centre and side in pixels, clockwise turn in degrees. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly side: number;
  readonly rollDeg: number;
}

export interface MeshReading {
  readonly mesh: Mesh;
  /** How sure the network is that there is a face, 0 to 1. */
  readonly presence: number;
}

/** The map from picture pixels to input pixels. */
function toInput({ x, y, side, rollDeg }: Region): Affine {
  const scale = INPUT_PX / side;
  const angle = (rollDeg * Math.PI) / 180;
  const [a, b] = [scale * Math.cos(angle), scale * Math.sin(angle)];
  const half = INPUT_PX / 2;
  return [a, b, half - a * x - b * y, -b, a, half + b * x - a * y];
}

/** The square that the mesh wants for a detected face. */
export function regionOfBox([x, y, width, height]: Box, rollDeg = 0): Region {
  const side = Math.max(MARGIN * Math.max(width, height), 1);
  return {
    x: onGrid(x + width / 2, STEP_PX),
    y: onGrid(y + height / 2, STEP_PX),
    side: onGrid(side, STEP_PX),
    rollDeg: onGrid(rollDeg, STEP_DEG),
  };
}

/** The square for the next look, from the mesh of the last one. */
export function regionOfMesh(mesh: Mesh): Region {
  const [right, left] = EYE_CORNERS;
  const down = mesh[3 * left + 1]! - mesh[3 * right + 1]!;
  const across = mesh[3 * left]! - mesh[3 * right]!;
  return regionOfBox(boxOfMesh(mesh), (Math.atan2(down, across) * 180) / Math.PI);
}

/** The upright box around all points. */
export function boxOfMesh(mesh: Mesh): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < mesh.length; i += 3) {
    left = Math.min(left, mesh[i]!);
    right = Math.max(right, mesh[i]!);
    top = Math.min(top, mesh[i + 1]!);
    bottom = Math.max(bottom, mesh[i + 1]!);
  }
  return [left, top, Math.max(right - left, 1e-3), Math.max(bottom - top, 1e-3)];
}

export async function readMesh(
  network: Network,
  picture: Picture,
  region: Region,
): Promise<MeshReading> {
  const forward = toInput(region);
  const crop = warpAffine(picture, forward, INPUT_PX, INPUT_PX);
  const outputs = await network.run(planes(crop.data, 255, 0), [1, 3, INPUT_PX, INPUT_PX]);
  const mesh = Float32Array.from(output(outputs, "landmarks"));
  const [a, b, c, d, e, f] = inverse(forward);
  const depth = region.side / INPUT_PX;
  for (let i = 0; i < mesh.length; i += 3) {
    const [x, y] = [mesh[i]!, mesh[i + 1]!];
    mesh[i] = a * x + b * y + c;
    mesh[i + 1] = d * x + e * y + f;
    mesh[i + 2] = mesh[i + 2]! * depth;
  }
  // Clipped as in Python: logits beyond are equally sure, which settles whose mesh stays.
  const logit = Math.max(-30, Math.min(30, output(outputs, "presence")[0]!));
  return { mesh, presence: 1 / (1 + Math.exp(-logit)) };
}
