/**
 * BlazeFace, short range (Bazarevsky et al. 2019): `faces/detectors/blazeface.py`.
 *
 * A learner sits near the camera, and the short-range model needs a fifth of the time
 * and of the bytes of the full-range one (docs/decisions/0030).
 */
import { keepBest, type Detection } from "./boxes.ts";
import { output, planes, type Network } from "./network.ts";
import { roundHalfEven, type Picture } from "./picture.ts";
import { resizeArea, resizeLinear } from "./resampling.ts";

const SIDE_PX = 128;
/** `[stride, anchors a cell]`; 896 anchors in all. */
const GRID = [
  [8, 2],
  [16, 6],
] as const;
const MIN_SCORE = 0.5;
/** Numbers a row of `boxes`: box and six points. */
const ROW = 16;

/** Centres of the anchors, x and y in input pixels, one after the other. */
export function anchors(): Float32Array {
  const centres: number[] = [];
  for (const [stride, count] of GRID) {
    const cells = SIDE_PX / stride;
    for (let y = 0; y < cells; y++) {
      for (let x = 0; x < cells; x++) {
        for (let i = 0; i < count; i++) centres.push((x + 0.5) * stride, (y + 0.5) * stride);
      }
    }
  }
  return Float32Array.from(centres);
}

const ANCHORS = anchors();

/** How a picture lies in the network's square: its size there and its left upper corner. */
interface Placing {
  readonly width: number;
  readonly height: number;
  readonly x: number;
  readonly y: number;
}

/** The faces of a picture, the surest first. */
export async function detectFaces(network: Network, picture: Picture): Promise<Detection[]> {
  const placing = place(picture);
  const image = planes(letterbox(picture, placing), 127.5, -1);
  const outputs = await network.run(image, [1, 3, SIDE_PX, SIDE_PX]);
  return decode(output(outputs, "boxes"), output(outputs, "scores"), picture, placing);
}

function place(picture: Picture): Placing {
  const scale = SIDE_PX / Math.max(picture.width, picture.height);
  const width = Math.max(1, roundHalfEven(picture.width * scale));
  const height = Math.max(1, roundHalfEven(picture.height * scale));
  return { width, height, x: (SIDE_PX - width) >> 1, y: (SIDE_PX - height) >> 1 };
}

function letterbox(picture: Picture, placing: Placing): Uint8Array {
  const scale = SIDE_PX / Math.max(picture.width, picture.height);
  const shrink = scale < 0.5 ? resizeArea : resizeLinear;
  const part = shrink(picture, placing.width, placing.height);
  const canvas = new Uint8Array(SIDE_PX * SIDE_PX * 4);
  for (let y = 0; y < part.height; y++) {
    const row = part.data.subarray(y * part.width * 4, (y + 1) * part.width * 4);
    canvas.set(row, ((placing.y + y) * SIDE_PX + placing.x) * 4);
  }
  return canvas;
}

function decode(
  raw: Float32Array,
  logits: Float32Array,
  picture: Picture,
  placing: Placing,
): Detection[] {
  const limit = Math.log(MIN_SCORE / (1 - MIN_SCORE));
  const [backX, backY] = [picture.width / placing.width, picture.height / placing.height];
  const found: Detection[] = [];
  for (let i = 0; i < logits.length; i++) {
    if (!(logits[i]! > limit)) continue;
    const row = raw.subarray(i * ROW, (i + 1) * ROW);
    const width = row[2]! * backX;
    const height = row[3]! * backY;
    if (Math.min(width, height) <= 1) continue;
    const x = (row[0]! + ANCHORS[2 * i]! - placing.x) * backX;
    const y = (row[1]! + ANCHORS[2 * i + 1]! - placing.y) * backY;
    const across = (row[6]! - row[4]!) * backX;
    const down = (row[7]! - row[5]!) * backY;
    found.push({
      box: [x - width / 2, y - height / 2, width, height],
      score: 1 / (1 + Math.exp(-logits[i]!)),
      rollDeg: (Math.atan2(down, across) * 180) / Math.PI,
    });
  }
  return keepBest(found);
}
