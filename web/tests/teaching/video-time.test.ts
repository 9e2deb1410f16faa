import { expect, test } from "vitest";

import { parseTime, writeTime } from "../../src/teaching/editor/video-time.ts";

test.each([
  ["", null],
  ["75", 75],
  ["1:15", 75],
  ["1:02:05", 3725],
  ["0:07.5", 7.5],
  ["90:00", 5400],
  [" 2:00 ", 120],
])("%j is %j", (text, seconds) => {
  expect(parseTime(text)).toBe(seconds);
});

test.each(["1:75", "abc", "-3", "1:2:3:4", "1::2", "99:00:00"])("%j is no time", (text) => {
  expect(parseTime(text)).toBeUndefined();
});

test.each([0, 7.5, 59, 60, 75, 3725])("%d seconds come back as written", (seconds) => {
  expect(parseTime(writeTime(seconds))).toBe(seconds);
});
