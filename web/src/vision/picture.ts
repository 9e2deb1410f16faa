/** A picture in memory: RGBA bytes, row by row, as a canvas gives them. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray | Uint8Array;
}

/** A grey picture of the same layout, one byte a pixel. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** `[x, y, width, height]` in pixels of the picture. */
export type Box = readonly [number, number, number, number];

/**
 * An affine map `x' = a x + b y + c`, `y' = d x + e y + f`, as `[a, b, c, d, e, f]`:
 * the two rows of OpenCV's matrices one after the other.
 */
export type Affine = readonly [number, number, number, number, number, number];

/** The map that undoes `map`. */
export function inverse([a, b, c, d, e, f]: Affine): Affine {
  const determinant = a * e - b * d;
  const [p, q, r, s] = [e / determinant, -b / determinant, -d / determinant, a / determinant];
  return [p, q, -(p * c + q * f), r, s, -(r * c + s * f)];
}

/** Nearest integer; halves go to the even one, as in Python, NumPy and OpenCV. */
export function roundHalfEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  if (rest !== 0.5) return rest < 0.5 ? low : low + 1;
  return low % 2 === 0 ? low : low + 1;
}
