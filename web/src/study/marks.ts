/** Points marked in a recording. */
export interface Marked {
  readonly id: string;
  readonly start_s: number | null;
  readonly end_s: number | null;
}

/** The point that a time of the video belongs to; null between points. */
export function pointAt<Point extends Marked>(
  points: readonly Point[],
  seconds: number,
): Point | null {
  const fits = ({ start_s, end_s }: Point) =>
    start_s !== null && end_s !== null && start_s <= seconds && seconds < end_s;
  return points.find(fits) ?? null;
}
