import { describe, expect, it } from "vitest";

import { WORDS, type Phase } from "../../src/observation/phases.ts";
import { checksOf } from "../../src/study/checks.ts";
import { pointAt } from "../../src/study/marks.ts";
import { piecesOf } from "../../src/study/pieces.ts";
import type { Reading } from "../../src/vision/reading.ts";

describe("a point in pieces", () => {
  const block = (tag: string, html: string) => ({ tag, html });

  it("breaks at headings and after two paragraphs", () => {
    const blocks = [
      block("P", "1"),
      block("P", "2"),
      block("P", "3"),
      block("H3", "h"),
      block("P", "4"),
    ];
    expect(piecesOf(blocks)).toEqual(["12", "3", "h4"]);
  });

  it("keeps formulas, pictures and lists with what leads to them", () => {
    const blocks = [
      block("P", "1"),
      block("P", "2"),
      block("DIV", "f"),
      block("UL", "l"),
      block("P", "3"),
    ];
    expect(piecesOf(blocks)).toEqual(["12fl", "3"]);
  });

  it("loses nothing", () => {
    const blocks = ["P", "H2", "H3", "P", "P", "P", "TABLE"].map((tag, i) => block(tag, `${i}`));
    expect(piecesOf(blocks).join("")).toBe("0123456");
    expect(piecesOf([])).toEqual([]);
  });
});

describe("time marks", () => {
  const points = [
    { id: "a", start_s: 0, end_s: 10 },
    { id: "b", start_s: 12, end_s: 20 },
    { id: "unmarked", start_s: null, end_s: null },
  ];

  it("belong to the time from their start up to their end", () => {
    const at = (seconds: number) => pointAt(points, seconds)?.id ?? null;
    expect([0, 9.99, 10, 11, 12, 20].map(at)).toEqual(["a", "a", null, null, "b", null]);
  });
});

describe("the technical check", () => {
  const seen = (reason: string) =>
    ({ face: { quality: { reason } }, others: 0, expression: null }) as unknown as Reading;
  const nobody: Reading = { face: null, others: 0, expression: null };
  const good = (checks: ReturnType<typeof checksOf>) => checks.map((check) => check.good);

  it("finds nothing at fault where all is well", () => {
    expect(good(checksOf("reading", seen(""), "idle", true))).toEqual([true, true, true, true]);
  });

  it("names the light, the face, the network", () => {
    expect(good(checksOf("reading", seen("dark"), "idle", true))[2]).toBe(false);
    expect(good(checksOf("reading", nobody, "idle", true)).slice(1, 3)).toEqual([false, null]);
    expect(good(checksOf("reading", null, "idle", true)).slice(1, 3)).toEqual([null, null]);
    for (const upload of ["waiting", "signed-out"] as const) {
      expect(good(checksOf("reading", seen(""), upload, true))[3]).toBe(false);
    }
    expect(good(checksOf("reading", seen(""), "idle", false))[3]).toBe(false);
  });

  it("has words for every phase of the camera", () => {
    const phases = ["reading", ...Object.keys(WORDS)] as Phase[];
    for (const phase of phases) {
      const [camera] = checksOf(phase, null, "idle", true);
      expect(camera!.words.length).toBeGreaterThan(2);
    }
  });
});
