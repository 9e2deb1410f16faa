/** The platform's API, typed from its OpenAPI description (`npm run api`). */
import createClient, { type Middleware } from "openapi-fetch";

import type { paths } from "./schema.d.ts";
import { pageHeaders, HEADERS, problemOf, type Problem } from "./send.ts";

let listener: (problem: Problem) => void = () => {};

/** Told of every refusal, before the page that asked: the session ends in one place. */
export function onRefusal(tell: (problem: Problem) => void): void {
  listener = tell;
}

/** They ask, or change, whose page it is, whoever it was before. */
const FOR_ANYBODY: readonly string[] = [
  "GET /api/v1/session",
  "POST /api/v1/session",
  "POST /api/v1/accounts",
];

/** Every other request says whose page asks: what is one's is never shown on another's page. */
const names: Middleware = {
  onRequest({ request, schemaPath }) {
    if (FOR_ANYBODY.includes(`${request.method} ${schemaPath}`)) return;
    for (const [name, value] of Object.entries(pageHeaders())) request.headers.set(name, value);
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
