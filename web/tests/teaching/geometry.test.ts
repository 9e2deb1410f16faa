import { expect, test } from "vitest";

import { dots, path, placer, ticks, usualHold } from "../../src/teaching/charts/geometry.ts";

test("times are placed within the chart", () => {
  const x = placer(100, 200, 50);
  expect([100, 150, 200, 0, 999].map(x)).toEqual([0, 25, 50, 0, 50]);
});

test("a line has a gap where nothing is known and where the data breaks", () => {
  const x = placer(0, 100, 100);
  const points = [
    { at_s: 0, value: 0 },
    { at_s: 10, value: 1 },
    { at_s: 20, value: null },
    { at_s: 30, value: 0.5 },
    { at_s: 90, value: 0.5 },
  ];
  expect(path(points, x, 10, 30)).toBe("M0.0 10.0h0.01L10.0 0.0M30.0 5.0h0.01M90.0 5.0h0.01");
});

test("a lone value is a dot, which dashes do not swallow", () => {
  const x = placer(0, 100, 100);
  const points = [
    { at_s: 0, value: 0 },
    { at_s: 10, value: 1 },
    { at_s: 20, value: null },
    { at_s: 30, value: 0.5 },
    { at_s: 90, value: 0.25 },
  ];
  expect(dots(points, x, 10, 30)).toBe("M30.0 5.0h0.01M90.0 7.5h0.01");
});

test("ticks stand at whole steps of a clock", () => {
  expect(ticks(3605, 4505, 5)).toEqual([3900, 4200, 4500]);
});

test("three usual steps are a break", () => {
  expect(usualHold([{ at_s: 0 }, { at_s: 10 }, { at_s: 20 }, { at_s: 500 }])).toBe(30);
});
