/** Numbers and times as these pages tell them: units always, two significant digits. */

import { day, timeOfDay } from "../dates.ts";

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;

/** `0.256` -> `26 %`; what is not known is called so. */
export function percent(share: number | null | undefined, without = "unknown"): string {
  return share === null || share === undefined ? without : `${Math.round(share * 100)} %`;
}

/** `1` -> `1 learner`, `3` -> `3 learners`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** Minutes and seconds of a span: `40 s`, `5 min`, `2 h`, `3 days`. */
export function span(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * MINUTE_S) return `${Math.round(seconds / MINUTE_S)} min`;
  if (seconds < 36 * HOUR_S) return `${Math.round(seconds / HOUR_S)} h`;
  return `${Math.round(seconds / DAY_S)} days`;
}

/** How long ago a unix time was. */
export function ago(at_s: number, now_s: number): string {
  const passed = Math.max(0, now_s - at_s);
  return passed < 5 ? "just now" : `${span(passed)} ago`;
}

/** `5_300_000` -> `5.3 MB`. */
export function bytes(size: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let value = size;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 9.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** Day and time. */
export function moment(at_s: number): string {
  return `${day(at_s)}, ${timeOfDay(at_s)}`;
}

export function nowS(): number {
  return Date.now() / 1000;
}
