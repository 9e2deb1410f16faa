import { expect, test } from "vitest";

import {
  bandsOf,
  heatRows,
  partsOf,
  people,
  shareAt,
  type Intervention,
  type PointRow,
} from "../../src/teaching/report/report.ts";

function point(title: string, people_: readonly (number | null)[]): PointRow {
  const trend = people_.map((there, i) => ({
    at_s: 60 * i,
    people: there,
    difficult: null,
    away: 0,
    passive: 0,
    steady: there,
    unknown: 0,
  }));
  return {
    point_id: null,
    point_title: title,
    seconds: 120,
    withheld_s: 0,
    people: 12.34,
    most_people: 14,
    shares: { difficult: null, away: 0.25 },
    withheld_share: 0.1,
    note: "",
    trend,
  };
}

test("bands are where most people were", () => {
  const points = [point("A", [12, 12, 10, null]), point("B", [null, 11, 14, 15])];
  expect(bandsOf(points)).toEqual([
    { name: "A", from_s: 0, to_s: 120 },
    { name: "B", from_s: 120, to_s: 180 },
  ]);
});

test("the heat map tells a withheld share from none", () => {
  const cells = heatRows([point("A", [])])[0]!.cells;
  expect(cells["difficult"]?.share).toBeNull();
  expect(cells["away"]?.share).toBe(0.25);
  expect(cells["steady"]?.share).toBe(0);
});

test("shares of a moment are of those who were there", () => {
  const [instant] = point("A", [12]).trend;
  expect(shareAt(instant!, "steady")).toBe(1);
  expect(shareAt(instant!, "difficult")).toBeNull();
  expect(shareAt({ ...instant!, people: null }, "steady")).toBeNull();
});

test("an effect bar has the parts that may be told", () => {
  const row = { better: 6, no_clear_change: 2, worse: null, unknown: 0 } as Intervention;
  expect(partsOf(row).map(({ name, share }) => [name, share])).toEqual([
    ["better", 0.75],
    ["no_clear_change", 0.25],
  ]);
  expect(partsOf({ better: null, no_clear_change: null } as Intervention)).toEqual([]);
});

test("people have two significant digits", () => {
  expect([24.26, 9.96, 3.14, 3, null].map(people)).toEqual(["24", "10", "3.1", "3", "withheld"]);
});
