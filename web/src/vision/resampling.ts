/**
 * Resampling as OpenCV does it for 8-bit pictures, to within one grey level: the networks
 * must see in the browser what they see in Python.
 */
import { inverse, roundHalfEven, type Affine, type GreyPicture, type Picture } from "./picture.ts";

/** Bits of a position's fraction in OpenCV's warpAffine (INTER_BITS), and of its sums. */
const FRACTION_BITS = 5;
const FRACTION = 1 << FRACTION_BITS;
const SUM_BITS = 10;

/**
 * The source position of every pixel that `cv2.warpAffine(…, forward, (width, height),
 * INTER_LINEAR)` makes, rounded to 1/32 pixel as there, told to `visit` in 1/32 pixels.
 */
function warp(
  forward: Affine,
  width: number,
  height: number,
  visit: (fixedX: number, fixedY: number, to: number) => void,
): void {
  const [a, b, c, d, e, f] = inverse(forward);
  const one = 1 << SUM_BITS;
  const half = 1 << (SUM_BITS - FRACTION_BITS - 1);
  const shift = SUM_BITS - FRACTION_BITS;
  const across = new Int32Array(width).map((_, x) => roundHalfEven(a * x * one));
  const down = new Int32Array(width).map((_, x) => roundHalfEven(d * x * one));
  for (let y = 0, to = 0; y < height; y++) {
    const startX = roundHalfEven((b * y + c) * one) + half;
    const startY = roundHalfEven((e * y + f) * one) + half;
    for (let x = 0; x < width; x++, to++) {
      visit((startX + across[x]!) >> shift, (startY + down[x]!) >> shift, to);
    }
  }
}

/** That of an 8-bit colour picture: blended with integer weights; black outside. */
export function warpAffine(
  picture: Picture,
  forward: Affine,
  width: number,
  height: number,
): Picture {
  const data = new Uint8Array(width * height * 4);
  warp(forward, width, height, (x, y, to) => blend(picture, x, y, data, 4 * to));
  return { width, height, data };
}

/**
 * Its luma (Rec. 601) in numbers that are not rounded, as OpenCV does it for pictures of
 * floats; outside, the picture's border repeats.
 */
export function warpLuma(
  picture: Picture,
  forward: Affine,
  width: number,
  height: number,
): Float32Array {
  const luma = new Float32Array(width * height);
  const { data } = picture;
  warp(forward, width, height, (fixedX, fixedY, to) => {
    const [x, y] = [fixedX >> FRACTION_BITS, fixedY >> FRACTION_BITS];
    const [fx, fy] = [(fixedX & (FRACTION - 1)) / FRACTION, (fixedY & (FRACTION - 1)) / FRACTION];
    for (let i = 0; i < 4; i++) {
      const column = Math.min(Math.max(x + (i & 1), 0), picture.width - 1);
      const row = Math.min(Math.max(y + (i >> 1), 0), picture.height - 1);
      const at = (row * picture.width + column) * 4;
      const value = 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
      luma[to]! += value * (i & 1 ? fx : 1 - fx) * (i >> 1 ? fy : 1 - fy);
    }
  });
  return luma;
}

/** The colour at a position in 1/32 pixels, written to `data` at `to`. */
function blend(
  picture: Picture,
  fixedX: number,
  fixedY: number,
  data: Uint8Array,
  to: number,
): void {
  const { width, height, data: from } = picture;
  const [x, y] = [fixedX >> FRACTION_BITS, fixedY >> FRACTION_BITS];
  const [fx, fy] = [fixedX & (FRACTION - 1), fixedY & (FRACTION - 1)];
  let [red, green, blue] = [512, 512, 512]; // half of the weights' sum: rounds
  for (let i = 0; i < 4; i++) {
    const [column, row] = [x + (i & 1), y + (i >> 1)];
    const weight = (i & 1 ? fx : FRACTION - fx) * (i >> 1 ? fy : FRACTION - fy);
    if (column < 0 || row < 0 || column >= width || row >= height) continue;
    const at = (row * width + column) * 4;
    red += from[at]! * weight;
    green += from[at + 1]! * weight;
    blue += from[at + 2]! * weight;
  }
  data[to] = red >> 10;
  data[to + 1] = green >> 10;
  data[to + 2] = blue >> 10;
  data[to + 3] = 255;
}

/** A share of a source pixel that goes into one target pixel. */
interface Share {
  readonly from: number;
  readonly weight: number;
}

/** `cv2.resize(picture, (width, height), INTER_AREA)` for shrinking. */
export function resizeArea(picture: Picture, width: number, height: number): Picture {
  return resize(picture, areaShares(picture.width, width), areaShares(picture.height, height));
}

/**
 * `cv2.resize(picture, (width, height), INTER_LINEAR)`. Like OpenCV it averages where
 * both sides shrink to exactly one half.
 */
export function resizeLinear(picture: Picture, width: number, height: number): Picture {
  if (picture.width === 2 * width && picture.height === 2 * height) {
    return resizeArea(picture, width, height);
  }
  return resize(picture, linearShares(picture.width, width), linearShares(picture.height, height));
}

function linearShares(source: number, target: number): Share[][] {
  const scale = source / target;
  return Array.from({ length: target }, (_, i) => {
    const position = (i + 0.5) * scale - 0.5;
    const left = Math.floor(position);
    if (left < 0) return [{ from: 0, weight: 1 }];
    if (left >= source - 1) return [{ from: source - 1, weight: 1 }];
    const weight = position - left;
    return [
      { from: left, weight: 1 - weight },
      { from: left + 1, weight },
    ];
  });
}

/** OpenCV's computeResizeAreaTab: parts below a thousandth of a pixel are left out. */
function areaShares(source: number, target: number): Share[][] {
  const scale = source / target;
  return Array.from({ length: target }, (_, i) => {
    const start = i * scale;
    const end = start + scale;
    const cell = Math.min(scale, source - start);
    const last = Math.min(Math.floor(end), source - 1);
    const first = Math.min(Math.ceil(start), last);
    const shares: Share[] = [];
    if (first - start > 1e-3) shares.push({ from: first - 1, weight: (first - start) / cell });
    for (let from = first; from < last; from++) shares.push({ from, weight: 1 / cell });
    if (end - last > 1e-3) {
      shares.push({ from: last, weight: Math.min(end - last, 1, cell) / cell });
    }
    return shares;
  });
}

/** Rows first into sums, then columns: the same order as OpenCV's. */
function resize(picture: Picture, columns: Share[][], rows: Share[][]): Picture {
  const [width, height] = [columns.length, rows.length];
  const data = new Uint8ClampedArray(width * height * 4);
  const line = new Float32Array(picture.width * 4);
  const shares = columns.flatMap((share, x) => share.map((one) => ({ ...one, x })));
  const from = Int32Array.from(shares, (one) => 4 * one.from);
  const target = Int32Array.from(shares, (one) => 4 * one.x);
  const weights = Float64Array.from(shares, (one) => one.weight);
  const sums = new Float64Array(width * 4);
  for (let y = 0; y < height; y++) {
    addRows(picture, rows[y]!, line);
    sums.fill(0);
    for (let i = 0; i < weights.length; i++) {
      const [source, to, weight] = [from[i]!, target[i]!, weights[i]!];
      sums[to] = sums[to]! + line[source]! * weight;
      sums[to + 1] = sums[to + 1]! + line[source + 1]! * weight;
      sums[to + 2] = sums[to + 2]! + line[source + 2]! * weight;
    }
    for (let x = 3; x < sums.length; x += 4) sums[x] = 255;
    data.set(sums, y * width * 4); // a clamped array rounds halves to even
  }
  return { width, height, data };
}

function addRows(picture: Picture, shares: Share[], line: Float32Array): void {
  line.fill(0);
  const stride = picture.width * 4;
  for (const { from, weight } of shares) {
    const row = picture.data.subarray(from * stride, (from + 1) * stride);
    for (let i = 0; i < stride; i++) line[i] = line[i]! + row[i]! * weight;
  }
}

/** The part of a picture from `left, top` up to, without, `right, bottom`. */
export function cut(
  picture: Picture,
  left: number,
  top: number,
  right: number,
  bottom: number,
): Picture {
  const [width, height] = [right - left, bottom - top];
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * picture.width + left) * 4;
    data.set(picture.data.subarray(start, start + width * 4), y * width * 4);
  }
  return { width, height, data };
}

/** `cv2.cvtColor(picture, COLOR_RGB2GRAY)`: Rec. 601 luma in OpenCV's 15-bit integers. */
export function grey(picture: Picture): GreyPicture {
  const { width, height, data } = picture;
  const result = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < result.length; i++, at += 4) {
    result[i] = (data[at]! * 9798 + data[at + 1]! * 19235 + data[at + 2]! * 3735 + 16384) >> 15;
  }
  return { width, height, data: result };
}

/** Mean of each `times × times` block of a square of `side * times` numbers a row. */
export function averageBlocks(values: Float32Array, side: number, times: number): Float32Array {
  const means = new Float32Array(side * side);
  const width = side * times;
  for (let y = 0; y < width; y++) {
    const row = Math.floor(y / times) * side;
    for (let x = 0; x < width; x++) {
      means[row + Math.floor(x / times)]! += values[y * width + x]! / (times * times);
    }
  }
  return means;
}
