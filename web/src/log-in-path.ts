/** To the log-in page and back to where one was. */

/** Where to go after a log-in: only ever to a page of ours. */
export function nextPath(query: string): string {
  const next = new URLSearchParams(query).get("next") ?? "";
  return /^\/(?![/\\])/.test(next) ? next : "/";
}

/** The log-in page's address that comes back to `path`. */
export function logInPath(path: string): string {
  return path === "/" ? "/login" : `/login?next=${encodeURIComponent(path)}`;
}
