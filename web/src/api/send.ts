/** The one way from a page to the platform: same origin, our header, problems as errors. */

/** The form of every refusal (RFC 9457). */
export interface ProblemBody {
  readonly title: string;
  readonly status: number;
  readonly code: string;
  /** Written for the person. */
  readonly detail: string;
  /** Values of the request that do not do. */
  readonly fields?: readonly WrongField[];
}

/** One value that does not do; `place` such as `body.questions.0.prompt`. */
export interface WrongField {
  readonly place: string;
  readonly message: string;
}

/** The code of an answer that is not the platform's: of a proxy, of a network's log-in page. */
export const NOT_OURS = "unknown";

/** The platform refused; `detail` can be shown. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  /** Seconds to wait before the next try; null: not told. */
  readonly retryAfterS: number | null;
  readonly fields: readonly WrongField[];

  constructor(
    body: Pick<ProblemBody, "status" | "code" | "detail" | "fields">,
    retryAfterS: number | null,
  ) {
    super(body.detail);
    this.status = body.status;
    this.code = body.code;
    this.detail = body.detail;
    this.retryAfterS = retryAfterS;
    this.fields = body.fields ?? [];
  }
}

/** Tells our requests from those that a foreign page makes a browser send. */
export const HEADERS = { "X-Requested-With": "mien" } as const;

/** Whose page it is; "" for a visitor's. */
let pageAccount = "";

/** From now on everything is asked for in the name of this account. */
export function actFor(account: string): void {
  pageAccount = account;
}

/**
 * Headers of a request. It names the account of the page, because the cookie is of whoever has
 * logged in in this browser since: the platform then refuses (401).
 */
export function pageHeaders(account: string = pageAccount): Record<string, string> {
  return account ? { ...HEADERS, "X-Mien-Account": account } : HEADERS;
}

/** The refusal that an answer holds, whatever its body. */
export async function problemOf(response: Response): Promise<Problem> {
  const wait = Number(response.headers.get("Retry-After") ?? NaN);
  let body: Partial<ProblemBody> = {};
  try {
    body = (await response.json()) as Partial<ProblemBody>;
  } catch {
    // a proxy's page instead of ours
  }
  return new Problem(
    {
      status: response.status,
      code: String(body?.code ?? NOT_OURS),
      detail: String(body?.detail ?? `The platform answered ${response.status}.`),
      fields: Array.isArray(body?.fields) ? body.fields : [],
    },
    Number.isFinite(wait) && wait >= 0 ? wait : null,
  );
}

/**
 * Sends JSON and answers JSON.
 *
 * @param account in whose name; by default whose page it is.
 * Raises Problem where it is refused, TypeError where the platform cannot be reached.
 */
export async function sendJson(
  method: "POST" | "PUT" | "DELETE",
  path: string,
  body?: unknown,
  account?: string,
): Promise<unknown> {
  const response = await fetch(path, {
    method,
    credentials: "same-origin",
    headers: { ...pageHeaders(account), "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw await problemOf(response);
  return response.status === 204 ? null : response.json();
}
