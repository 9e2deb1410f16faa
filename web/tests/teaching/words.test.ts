import { expect, test } from "vitest";

import { ago, bytes, count, percent, span } from "../../src/teaching/words.ts";

test("numbers have their units", () => {
  expect(percent(0.256)).toBe("26 %");
  expect(percent(null)).toBe("unknown");
  expect(count(1, "learner")).toBe("1 learner");
  expect(count(0, "person", "people")).toBe("0 people");
  expect([950, 5_300_000, 14_000_000].map(bytes)).toEqual(["950 B", "5.3 MB", "14 MB"]);
});

test("spans are told in what people count in", () => {
  expect([40, 300, 7200, 259_200].map(span)).toEqual(["40 s", "5 min", "2 h", "3 days"]);
  expect(ago(100, 102)).toBe("just now");
  expect(ago(100, 90)).toBe("just now"); // clocks differ
});
