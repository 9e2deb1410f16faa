/** Where things stand in a chart over time. Pure. */

export interface At {
  readonly at_s: number;
  /** 0 to 1 of the height; null: nothing is known, and the line has a gap. */
  readonly value: number | null;
}

/** Maps a time to 0 … width, and no further. */
export function placer(from_s: number, to_s: number, width: number): (at_s: number) => number {
  const span = Math.max(to_s - from_s, 1e-9);
  return (at_s) => width * Math.min(Math.max((at_s - from_s) / span, 0), 1);
}

/**
 * A line with gaps. `hold_s`: how long a value stands at most, so that neither a break in
 * the data nor a lone value looks like more than it is.
 */
export function path(
  points: readonly At[],
  x: (at_s: number) => number,
  height: number,
  hold_s: number,
): string {
  let drawn = "";
  let last: At | null = null;
  for (const point of points) {
    if (point.value === null) {
      last = null;
      continue;
    }
    const joined = last !== null && point.at_s - last.at_s <= hold_s;
    drawn += `${joined ? "L" : "M"}${fixed(x(point.at_s))} ${fixed((1 - point.value) * height)}`;
    if (!joined) drawn += "h0.01"; // a round cap makes a dot of it
    last = point;
  }
  return drawn;
}

/** The values that stand alone, which a dashed line would leave out. */
export function dots(
  points: readonly At[],
  x: (at_s: number) => number,
  height: number,
  hold_s: number,
): string {
  const near = (one: At | undefined, other: At) =>
    one !== undefined && one.value !== null && Math.abs(one.at_s - other.at_s) <= hold_s;
  return points
    .filter(
      (one, i) => one.value !== null && !near(points[i - 1], one) && !near(points[i + 1], one),
    )
    .map((one) => `M${fixed(x(one.at_s))} ${fixed((1 - one.value!) * height)}h0.01`)
    .join("");
}

function fixed(value: number): string {
  return value.toFixed(1);
}

/** Steps that clocks have, seconds. */
const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400];

/** Times for the axis: whole steps, at most `most` of them. */
export function ticks(from_s: number, to_s: number, most: number): number[] {
  const span = to_s - from_s;
  const step = STEPS_S.find((s) => span / s <= most) ?? 604_800;
  const found: number[] = [];
  for (let at = Math.ceil(from_s / step) * step; at <= to_s; at += step) found.push(at);
  return found;
}

/** The usual distance of neighbours, tripled: a longer one is a break. */
export function usualHold(points: readonly { readonly at_s: number }[]): number {
  const gaps = points.slice(1).map(({ at_s }, i) => at_s - points[i]!.at_s);
  const sorted = gaps.sort((a, b) => a - b);
  return 3 * (sorted[Math.floor(sorted.length / 2)] ?? 60);
}
