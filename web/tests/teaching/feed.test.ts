import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Problem } from "../../src/api/send.ts";
import { ClassFeed } from "../../src/teaching/live/feed.svelte.ts";

/** The browser's EventSource, driven by the test. */
class Source extends EventTarget {
  static readonly CLOSED = 2;
  static last: Source;
  readyState = 1;
  onopen: () => void = () => {};
  onerror: () => void = () => {};

  constructor(readonly url: string) {
    super();
    Source.last = this;
  }

  close(): void {
    this.readyState = Source.CLOSED;
  }

  tell(kind: string, id: number, data: unknown): void {
    const event = new Event(kind) as Event & { data: string; lastEventId: string };
    this.dispatchEvent(Object.assign(event, { data: JSON.stringify(data), lastEventId: `${id}` }));
  }
}

const view = (at_s: number) => ({ at_s, points: [], alerts: [], titles: {}, present: 12 });
const api = vi.hoisted(() => ({ answer: (): Promise<{ data?: unknown }> => Promise.resolve({}) }));
vi.mock("../../src/api/client.ts", () => ({
  api: { GET: () => api.answer() },
  bodyOf: async (call: Promise<{ data?: unknown }>) => (await call).data,
}));

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Source);
  const body = { on: true, affect: true, view: view(100), trend: [], help: [] };
  api.answer = () => Promise.resolve({ data: body });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function started(): Promise<ClassFeed> {
  const feed = new ClassFeed("c");
  feed.start();
  await vi.advanceTimersByTimeAsync(0);
  Source.last.onopen();
  return feed;
}

test("it reads the present state, then follows the stream", async () => {
  const feed = await started();
  expect(feed.view?.at_s).toBe(100);
  Source.last.tell("class", 8, view(110));
  expect([feed.link, feed.view?.at_s]).toEqual(["live", 110]);
  expect(feed.trend.map(({ at_s }) => at_s)).toEqual([100, 110]);
  Source.last.tell("class", 9, view(105));
  expect(feed.view?.at_s).toBe(110); // an older view that comes late changes nothing
});

test("a stream that ends and begins anew at once is no lost connection", async () => {
  const feed = await started();
  Source.last.onerror();
  await vi.advanceTimersByTimeAsync(2000);
  Source.last.onopen();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(feed.link).toBe("live");
});

test("a longer break is told, and then what was missed", async () => {
  const feed = await started();
  Source.last.onerror();
  await vi.advanceTimersByTimeAsync(5000);
  expect(feed.link).toBe("lost");
  Source.last.onopen();
  Source.last.tell("hello", 12, {});
  Source.last.tell("class", 11, view(120));
  Source.last.tell("class", 12, view(130));
  Source.last.tell("class", 13, view(140));
  expect([feed.link, feed.replayed, feed.view?.at_s]).toEqual(["live", 2, 140]);
  await vi.advanceTimersByTimeAsync(15_000);
  expect(feed.replayed).toBe(0);
});

test("a refused stream is opened anew, with the state read again", async () => {
  const feed = await started();
  const old = Source.last;
  old.close();
  old.onerror();
  await vi.advanceTimersByTimeAsync(6000);
  expect(Source.last).not.toBe(old);
  Source.last.onopen();
  expect(feed.link).toBe("live");
});

test("without permission it does not try for ever", async () => {
  const refusal = new Problem({ status: 403, code: "forbidden", detail: "No." }, null);
  api.answer = () => Promise.reject(refusal);
  const feed = new ClassFeed("c");
  feed.start();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(feed.failure?.kind).toBe("forbidden");
  expect(vi.getTimerCount()).toBe(0);
});
