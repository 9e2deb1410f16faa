import { afterEach, beforeEach, expect, it, vi } from "vitest";

type Studying = import("../../src/study/studying.svelte.ts").Studying;

/** Two points in the first lesson, one in the second; nothing of them was done. */
const LESSONS: Readonly<Record<string, readonly string[]>> = { a: ["a1", "a2"], b: ["b1"] };
let studying: Studying;
/** Lets the platform answer that a point is finished. */
let answer: () => void;

const point = (id: string) => ({
  id,
  completed: false,
  questions: [{ id: `${id}?`, answered_correctly: false }],
});
const lesson = (id: string) => ({ id, points: LESSONS[id]!.map(point) });

async function platform({ method, url }: Request): Promise<Response> {
  const path = new URL(url).pathname.replace("/api/v1", "");
  if (method === "PUT") {
    if (path.endsWith("/completion")) await new Promise<void>((resolve) => (answer = resolve));
    return new Response(null, { status: 204 });
  }
  if (path.startsWith("/lessons/")) return Response.json(lesson(path.slice(9)));
  return Response.json({ id: "c", lessons: Object.keys(LESSONS).map(lesson) });
}

beforeEach(async () => {
  vi.resetModules();
  vi.stubGlobal("location", { origin: "http://mien.example" });
  vi.stubGlobal("fetch", platform);
  const { Studying } = await import("../../src/study/studying.svelte.ts");
  studying = new Studying("c");
  await vi.waitFor(() => expect(studying.points).toHaveLength(3));
  await studying.show("a1");
});

afterEach(() => vi.unstubAllGlobals());

it("shows a finished point as finished to whoever comes back", async () => {
  const done = studying.complete(true);
  await vi.waitFor(() => answer());
  await done;
  expect(studying.point?.completed).toBe(true);
  await studying.show("a2");
  expect(studying.point?.completed).toBe(false);
  await studying.show("a1");
  expect(studying.point?.completed).toBe(true);
});

it("finishes the point that was meant, though another one is on the screen by now", async () => {
  const done = studying.complete(true);
  await studying.show("b1");
  await vi.waitFor(() => answer());
  await done;
  expect(studying.point).toMatchObject({ id: "b1", completed: false });
  expect(studying.points.map(({ completed }) => completed)).toEqual([true, false, false]);
  await studying.show("a1");
  expect(studying.point?.completed).toBe(true);
});

it("knows a question that was answered rightly when the point is shown again", async () => {
  studying.answeredRightly("a1?");
  expect(studying.point?.questions[0]?.answered_correctly).toBe(true);
  await studying.show("a2");
  await studying.show("a1");
  expect(studying.point?.questions[0]?.answered_correctly).toBe(true);
  expect(studying.points[0]).not.toHaveProperty("questions", studying.point?.questions);
});
