import { afterEach, beforeEach, expect, it, vi } from "vitest";

import type { SessionView } from "../src/api/types.ts";

type Session = (typeof import("../src/session.svelte.ts"))["session"];

let session: Session;
/** Who is logged in in this browser; "" for nobody. */
let loggedIn = "";
let asked: Request[] = [];
/** The network is gone after a request of this method. */
let awayAfter = "";

function answer(request: Request): Response {
  if (awayAfter && asked.at(-1)?.method === awayAfter) throw new TypeError("Failed to fetch");
  asked.push(request);
  const wanted = request.headers.get("X-Mien-Account") ?? "";
  if (wanted && wanted !== loggedIn) {
    return Response.json({ status: 401, code: "sign_in_needed", detail: "No." }, { status: 401 });
  }
  if (request.method !== "GET") return new Response(null, { status: 204 });
  const person = {
    id: loggedIn,
    name: loggedIn,
    email: "",
    role: "learner",
    created_at_s: 0,
  } as const;
  const account = loggedIn ? person : null;
  const view = { account, demo: false, affect: { allowed: false, reason: "" } };
  return Response.json(view satisfies SessionView);
}

/** The account in whose name each request that changes something was made. */
const changed = () =>
  asked.filter((one) => one.method !== "GET").map((one) => one.headers.get("X-Mien-Account"));

beforeEach(async () => {
  vi.resetModules();
  vi.stubGlobal("location", { origin: "http://mien.example" });
  vi.stubGlobal("fetch", async (request: Request) => answer(request));
  [loggedIn, asked, awayAfter] = ["xenia", [], ""];
  ({ session } = await import("../src/session.svelte.ts"));
  await session.load();
});

afterEach(() => vi.unstubAllGlobals());

it("notices that somebody else has logged in, and never becomes their page", async () => {
  loggedIn = "yann";
  await session.check();
  expect([session.other, session.ended, session.account?.id]).toEqual([true, false, "xenia"]);
  await session.load();
  expect([session.other, session.account?.id]).toEqual([true, "xenia"]);
  loggedIn = "xenia";
  await session.check();
  expect([session.other, session.ended]).toEqual([false, false]);
});

it("notices that nobody is logged in any more, and keeps its page", async () => {
  loggedIn = "";
  await session.check();
  expect([session.other, session.ended, session.account?.id]).toEqual([false, true, "xenia"]);
});

it("does not log out who has logged in since", async () => {
  loggedIn = "yann";
  await session.logOut();
  expect(changed()).toEqual(["xenia"]);
  expect([session.other, session.account?.id]).toEqual([true, "xenia"]);
});

it("logs out, also where that was done in another tab", async () => {
  loggedIn = "";
  await session.logOut();
  expect([session.account, session.ended, session.other]).toEqual([null, false, false]);
});

it("is nobody's page once it has logged out, whatever becomes of the next question", async () => {
  awayAfter = "DELETE";
  await session.logOut();
  expect([session.account, session.failure?.kind]).toEqual([null, "offline"]);
});

it("becomes the page of whoever logs in on it, in nobody's name", async () => {
  loggedIn = "yann"; // as the platform answers once e-mail and password fit
  await session.logIn("yann@example.org", "a password");
  expect(changed()).toEqual([null]);
  expect([session.other, session.account?.id]).toEqual([false, "yann"]);
});

it("drops an answer from before a log-in", async () => {
  loggedIn = "";
  const late = session.check();
  loggedIn = "xenia";
  await Promise.all([session.logIn("xenia@example.org", "a password"), late]);
  expect(session.ended).toBe(false);
});

it("logs its own account in again, and stays its page", async () => {
  loggedIn = "";
  await session.check();
  loggedIn = "xenia";
  await session.logInAgain("a password");
  expect([session.ended, session.other, session.account?.id]).toEqual([false, false, "xenia"]);
});
