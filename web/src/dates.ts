/** Times as people say them, in the browser's language and zone. */
const DAY_AND_TIME = new Intl.DateTimeFormat(undefined, {
  dateStyle: "medium",
  timeStyle: "short",
});
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

/** "21 Nov 2026, 08:12" of Unix seconds. */
export function dayAndTime(unixS: number): string {
  return DAY_AND_TIME.format(1000 * unixS);
}

export function day(unixS: number): string {
  return DAY.format(1000 * unixS);
}

export function timeOfDay(unixS: number): string {
  return TIME.format(1000 * unixS);
}

/** "1:05" or "1:02:05" of a place in a recording. */
export function videoTime(seconds: number): string {
  const whole = Math.floor(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}
