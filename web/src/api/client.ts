/** The platform's API, typed from its OpenAPI description (`npm run api`). */
import createClient, { type Middleware } from "openapi-fetch";

import type { paths } from "./schema.d.ts";
import { HEADERS, problemOf, type Problem } from "./send.ts";

let listener: (problem: Problem) => void = () => {};

/** Told of every refusal, before the page that asked: the session ends in one place. */
export function onRefusal(tell: (problem: Problem) => void): void {
  listener = tell;
}

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
api.use(refusals);

/** The body of an answer: `await bodyOf(api.GET(…))`. Refusals were thrown already. */
export async function bodyOf<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}
