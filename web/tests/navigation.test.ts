import { expect, it } from "vitest";

import { videoTime } from "../src/dates.ts";
import { leadsHere, NAVIGATION } from "../src/navigation.ts";

it("marks the link of the open page", () => {
  const [mine, find, learning] = NAVIGATION.learner;
  expect(leadsHere(mine!, "/")).toBe(true);
  expect(leadsHere(mine!, "/courses")).toBe(false);
  expect(leadsHere(find!, "/courses/x/study")).toBe(false);
  expect(leadsHere(learning!, "/learning")).toBe(true);
  expect(leadsHere(NAVIGATION.teacher[0]!, "/teaching/x")).toBe(true);
});

it("tells places of a recording as players do", () => {
  expect([0, 65.9, 3725].map(videoTime)).toEqual(["0:00", "1:05", "1:02:05"]);
});
