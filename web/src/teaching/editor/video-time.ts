/** Times in a video as people write them. Pure. */

/** A day is longer than any lesson. */
const MOST_S = 86_400;

/** `1:15` or `75` -> 75; `1:02:05` -> 3725; '' -> null; undefined: not a time. */
export function parseTime(text: string): number | null | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  const parts = /^(?:(\d{1,2}):)?(?:(\d{1,4}):)?(\d{1,5}(?:\.\d{1,3})?)$/.exec(trimmed);
  if (!parts) return undefined;
  const numbers = trimmed.split(":").map(Number);
  if (numbers.slice(1).some((number) => number >= 60)) return undefined;
  const seconds = numbers.reduce((sum, number) => sum * 60 + number, 0);
  return seconds <= MOST_S ? seconds : undefined;
}

/** 75 -> `1:15`; tenths only where there are some. */
export function writeTime(seconds: number | null): string {
  if (seconds === null) return "";
  const tenths = Math.round(seconds * 10);
  const whole = Math.floor(tenths / 10);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = String(whole % 60).padStart(2, "0") + (tenths % 10 ? `.${tenths % 10}` : "");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}
