import { describe, expect, it } from "vitest";

import { arcsOf } from "../../src/charts/arcs.ts";
import { fillOf, legendOf, percent, STATES, stateWords } from "../../src/charts/meaning.ts";
import { timeScale } from "../../src/charts/scale.ts";

describe("a ring", () => {
  it("begins at the top and goes clockwise", () => {
    const [quarter] = arcsOf([{ name: "a", share: 0.25 }], 10, 5);
    expect(quarter!.path).toBe(
      "M0.00 -10.00A10 10 0 0 1 10.00 0.00L5.00 0.00A5 5 0 0 0 0.00 -5.00Z",
    );
  });

  it("takes the long way for more than half", () => {
    const [most] = arcsOf([{ name: "a", share: 0.75 }], 10, 5);
    expect(most!.path).toContain("A10 10 0 1 1 -10.00");
  });

  it("draws everything as two halves, and nothing for nothing", () => {
    const [all, ...others] = arcsOf(
      [
        { name: "all", share: 1 },
        { name: "none", share: 0 },
      ],
      10,
      5,
    );
    expect(all!.path.match(/M/g)).toHaveLength(2);
    expect(others).toEqual([]);
  });
});

describe("meaning", () => {
  it("hatches whatever it does not know", () => {
    expect(fillOf("focused")).toBe("url(#state-focused)");
    expect(fillOf("unknown")).toBe("url(#unknown)");
    expect(fillOf("something new")).toBe("url(#unknown)");
  });

  it("shows states of one fill in one box, and unknown always, last", () => {
    const words = legendOf(["focused", "unknown", "active", "passive"]).map((one) => one.words);
    expect(words).toEqual(["focused / active", "passive", "unknown"]);
  });

  it("tells fills apart by more than colour", () => {
    const marks = new Set(Object.values(STATES).map(({ colour, mark }) => `${colour}${mark}`));
    expect(marks.size).toBe(5);
  });

  it("calls an unknown share unknown", () => {
    expect([percent(0.256), percent(0), percent(null)]).toEqual(["26 %", "0 %", "unknown"]);
    expect(stateWords("no_sign_of_difficulty")).toBe("no sign of difficulty");
  });
});

describe("a time axis", () => {
  it("names as many whole steps as there is room for", () => {
    const { at, ticks } = timeScale(1000, 1600, 640);
    expect(at(1300)).toBe(320);
    expect(ticks).toEqual([1000, 1060, 1120, 1180, 1240, 1300, 1360, 1420, 1480, 1540, 1600]);
    expect(timeScale(1000, 1600, 320).ticks).toHaveLength(6);
  });

  it("names no minute twice", () => {
    expect(timeScale(1000, 1045, 640).ticks).toEqual([1000]);
  });

  it("keeps everything inside", () => {
    const { at } = timeScale(10, 20, 100);
    expect([at(0), at(30)]).toEqual([0, 100]);
  });
});
