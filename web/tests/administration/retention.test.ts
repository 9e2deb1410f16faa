import { expect, test } from "vitest";

import { changesOf, wrongDays } from "../../src/administration/retention.ts";

const KIND = { default_days: 30, explanation: "", least_days: 1, most_days: 400 };
const KINDS = [
  { ...KIND, kind: "observations_days", days: 30 },
  { ...KIND, kind: "help_days", days: 180 },
];

test("only what differs is sent", () => {
  expect(changesOf(KINDS, { observations_days: 14, help_days: 180 })).toEqual({
    observations_days: 14,
  });
});

test("days are whole and within bounds", () => {
  expect(Object.keys(wrongDays(KINDS, { observations_days: 0, help_days: 1.5 }))).toHaveLength(2);
  expect(wrongDays(KINDS, { observations_days: 1, help_days: 400 })).toEqual({});
  expect(wrongDays(KINDS, { observations_days: 1 })).toHaveProperty("help_days");
});
