import { describe, expect, it } from "vitest";

import { onGrid } from "../../src/vision/pixel-grid.ts";

describe("the grid of the squares", () => {
  it.each([
    [10.06, 1 / 8, 10],
    [10.07, 1 / 8, 10.125],
    [10.0625, 1 / 8, 10.125],
    [-10.0625, 1 / 8, -10],
    [33.3, 1 / 32, 33.3125],
  ])("puts %d on %d at %d", (value, step, expected) => {
    expect(onGrid(value, step)).toBe(expected);
  });
});
