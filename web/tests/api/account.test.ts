import { afterEach, beforeEach, expect, it, vi } from "vitest";

type Client = typeof import("../../src/api/client.ts");
type Send = typeof import("../../src/api/send.ts");

let client: Client;
let send: Send;
/** Method and account of each request. */
let asked: [string, string | null][] = [];

beforeEach(async () => {
  vi.resetModules();
  vi.stubGlobal("location", { origin: "http://mien.example" });
  vi.stubGlobal("fetch", async (input: Request | string, init?: RequestInit) => {
    const request = new Request(new URL(String((input as Request).url ?? input), location.origin), {
      method: init?.method ?? (input as Request).method,
      headers: init?.headers ?? (input as Request).headers,
    });
    asked.push([request.method, request.headers.get("X-Mien-Account")]);
    return new Response(null, { status: 204 });
  });
  asked = [];
  client = await import("../../src/api/client.ts");
  send = await import("../../src/api/send.ts");
});

afterEach(() => vi.unstubAllGlobals());

it("names the page's account with every request but the one that asks whose it is", async () => {
  send.actFor("xenia");
  await client.api.GET("/api/v1/session");
  await client.api.GET("/api/v1/courses");
  await client.api.PATCH("/api/v1/account", { body: { name: "X." } });
  await client.api.DELETE("/api/v1/session");
  await send.sendJson("POST", "/api/v1/observations", {});
  expect(asked).toEqual([
    ["GET", null],
    ["GET", "xenia"],
    ["PATCH", "xenia"],
    ["DELETE", "xenia"],
    ["POST", "xenia"],
  ]);
});

it("names nobody on a visitor's page, nor where somebody logs in or registers", async () => {
  await send.sendJson("POST", "/api/v1/observations", {});
  send.actFor("xenia");
  await client.api.POST("/api/v1/session", { body: { email: "y@example.org", password: "p" } });
  const body = { email: "y@example.org", name: "Y", password: "p", invitation: "" };
  await client.api.POST("/api/v1/accounts", { body });
  expect(asked.map(([, account]) => account)).toEqual([null, null, null]);
});

it("sends what waits in the name of the account that made it", async () => {
  send.actFor("yann");
  await send.sendJson("POST", "/api/v1/observations", {}, "xenia");
  expect(asked).toEqual([["POST", "xenia"]]);
});

it("names the page's account with an upload", () => {
  const headers: string[][] = [];
  class FakeRequest {
    upload = {};
    open(): void {}
    send(): void {}
    setRequestHeader(name: string, value: string): void {
      headers.push([name, value]);
    }
  }
  vi.stubGlobal("XMLHttpRequest", FakeRequest);
  send.actFor("xenia");
  return import("../../src/api/send-file.ts").then(({ sendFile }) => {
    void sendFile("POST", "/courses/import", new Blob(), () => {});
    expect(headers).toContainEqual(["X-Mien-Account", "xenia"]);
  });
});
