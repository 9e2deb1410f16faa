/** The platform's API, typed from its OpenAPI description (`npm run api`). */
import createClient, { type Middleware } from "openapi-fetch";

import type { paths } from "./schema.d.ts";
import { changeHeaders, HEADERS, problemOf, type Problem } from "./send.ts";

let listener: (problem: Problem) => void = () => {};

/** Told of every refusal, before the page that asked: the session ends in one place. */
export function onRefusal(tell: (problem: Problem) => void): void {
  listener = tell;
}

/** They change whose page it is, whoever it was before. */
const LOG_INS: readonly string[] = ["POST /api/v1/session", "POST /api/v1/accounts"];

/** Whatever changes something says whose page asks for it. */
const names: Middleware = {
  onRequest({ request, schemaPath }) {
    if (request.method === "GET" || LOG_INS.includes(`${request.method} ${schemaPath}`)) return;
    for (const [name, value] of Object.entries(changeHeaders())) request.headers.set(name, value);
  },
};

/** Refusals become a Problem that is thrown, so pages handle them in one place. */
const refusals: Middleware = {
  async onResponse({ response }) {
    if (response.ok) return response;
    const problem = await problemOf(response);
    listener(problem);
    throw problem;
  },
};

export const api = createClient<paths>({
  baseUrl: location.origin,
  credentials: "same-origin",
  headers: HEADERS,
});
api.use(names, refusals);

/** The body of an answer: `await bodyOf(api.GET(…))`. Refusals were thrown already. */
export async function bodyOf<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}
