/** A time axis of so many pixels. */
/** No shorter than a minute: ticks are named by hour and minute. */
const STEPS_S = [60, 120, 300, 600, 900, 1800, 3600, 7200, 14400] as const;
/** Pixels that a clock time needs. */
const ROOM_PX = 64;

export interface Scale {
  /** The x of a time. */
  at(time_s: number): number;
  /** Times to be named. */
  readonly ticks: readonly number[];
}

/** Ticks are whole steps of clocks since `start_s`. */
export function timeScale(start_s: number, end_s: number, width: number): Scale {
  const length = Math.max(end_s - start_s, 1e-9);
  const at = (time_s: number) => width * Math.min(1, Math.max(0, (time_s - start_s) / length));
  const most = Math.max(1, Math.floor(width / ROOM_PX));
  const step = STEPS_S.find((one) => length / one <= most) ?? 86_400;
  const ticks: number[] = [];
  for (let time = start_s; time <= end_s; time += step) ticks.push(time);
  return { at, ticks };
}
