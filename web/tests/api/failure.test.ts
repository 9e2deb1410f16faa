import { expect, it } from "vitest";

import { failureOf } from "../../src/api/failure.ts";
import { Problem, problemOf } from "../../src/api/send.ts";

const problem = (status: number, detail = "Why.", retryAfterS: number | null = null) =>
  new Problem({ status, code: "x", detail }, retryAfterS);

it("tells every refusal apart", () => {
  const kinds = [401, 403, 404, 409, 422, 429, 503, 500].map((s) => failureOf(problem(s)).kind);
  expect(kinds).toEqual([
    "signed-out",
    "forbidden",
    "missing",
    "refused",
    "refused",
    "busy",
    "busy",
    "defect",
  ]);
});

it("takes no answer for a lost network, worth another try", () => {
  expect(failureOf(new TypeError("Failed to fetch"))).toMatchObject({
    kind: "offline",
    again: true,
  });
});

it("says how long to wait, once", () => {
  expect(failureOf(problem(429, "Too often.", 20)).detail).toBe("Too often. Try again in 20 s.");
  expect(failureOf(problem(429, "Too often.", 200)).detail).toBe("Too often. Try again in 4 min.");
  const told = "Too often. Try again in 4 minutes.";
  expect(failureOf(problem(429, told, 200)).detail).toBe(told);
});

it("names the values that do not do", async () => {
  const body = {
    code: "not_accepted",
    detail: "No.",
    fields: [{ place: "body.name", message: "too long" }],
  };
  const found = await problemOf(Response.json(body, { status: 422 }));
  expect(failureOf(found).detail).toBe("No. name: too long.");
});

it("understands an answer that is not ours", async () => {
  const found = await problemOf(new Response("<html>", { status: 502 }));
  expect(found).toMatchObject({ status: 502, code: "unknown", fields: [] });
});
