/** Client-side routes over the History API: plain paths, plain links, no hashes. */
import type { Component } from "svelte";

import type { Role } from "./session.svelte.ts";

/** What every page is given: the parts of the path that `:names` stand for. */
export interface PageProps {
  readonly params: Readonly<Record<string, string>>;
}

export interface Route {
  /** A path such as `/courses/:course/lessons/:lesson`. */
  readonly path: string;
  readonly title: string;
  /** Who may open it; left out: everybody, logged in or not. */
  readonly roles?: readonly Role[];
  /** Loads the page's code when it is first needed; a page may do without its props. */
  load(): Promise<{ default: Component<PageProps> | Component<Record<string, never>> }>;
}

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** The first route that fits a path; null where none does. */
export function match(routes: readonly Route[], path: string): Match | null {
  const parts = segments(path);
  for (const route of routes) {
    const params = fit(segments(route.path), parts);
    if (params) return { route, params };
  }
  return null;
}

function segments(path: string): string[] {
  return path.split("/").filter((part) => part !== "");
}

function fit(pattern: string[], parts: string[]): Record<string, string> | null {
  if (pattern.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [i, name] of pattern.entries()) {
    const part = parts[i]!;
    if (!name.startsWith(":")) {
      if (name !== part) return null;
      continue;
    }
    try {
      params[name.slice(1)] = decodeURIComponent(part);
    } catch {
      return null; // a path that nobody could have linked to
    }
  }
  return params;
}

/** Where the browser is; changes with `navigate` and with back and forward. */
class Place {
  path = $state(location.pathname);
  query = $state(location.search);

  update(): void {
    this.path = location.pathname;
    this.query = location.search;
  }
}

export const place = new Place();

/**
 * Asked before the page changes: true holds it here, because something is not saved. `go` leaves
 * for `to` after all, once the page has let go.
 */
export type Keeper = (to: string, go: () => unknown) => boolean;
let keeper: Keeper | null = null;

/** Lets a page hold on to unsaved work; answers how to let go. */
export function holdPage(ask: Keeper): () => void {
  const warn = (event: BeforeUnloadEvent) => {
    if (ask("", () => {})) event.preventDefault();
  };
  keeper = ask;
  addEventListener("beforeunload", warn);
  return () => {
    if (keeper === ask) keeper = null;
    removeEventListener("beforeunload", warn);
  };
}

/** Leaves the page by `go`, at once or when the person has decided about unsaved work. */
export function leave(to: string, go: () => unknown): void {
  if (!keeper?.(to, go)) void go();
}

/** Goes to a path of ours, as a link would, unless the page holds on to unsaved work. */
export function navigate(path: string, { replace = false } = {}): void {
  if (keeper?.(path, () => navigate(path, { replace }))) return;
  if (replace) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  place.update();
}

/** Makes plain links of ours change the page without loading it anew; answers how to stop. */
export function followLinks(): () => void {
  const onClick = (event: MouseEvent) => {
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    const link = (event.target as Element | null)?.closest("a");
    if (!plain || event.altKey || event.defaultPrevented || !link) return;
    const foreign = link.origin !== location.origin || link.target || link.hasAttribute("download");
    if (foreign || /^\/(api|models)\//.test(link.pathname)) return;
    if (link.hash && link.pathname === location.pathname) return; // a jump within the page
    event.preventDefault();
    navigate(link.pathname + link.search + link.hash);
    scrollTo(0, 0);
  };
  const onPop = () => {
    const to = location.pathname + location.search;
    if (location.pathname !== place.path && keeper?.(to, () => navigate(to))) {
      history.pushState(null, "", place.path + place.query); // stay, until they have decided
      return;
    }
    place.update();
  };
  document.addEventListener("click", onClick);
  addEventListener("popstate", onPop);
  return () => {
    document.removeEventListener("click", onClick);
    removeEventListener("popstate", onPop);
  };
}
