/** The header's links, by role. */
import type { Role } from "./session.svelte.ts";

export interface Link {
  readonly path: string;
  readonly name: string;
}

export const NAVIGATION: Readonly<Record<Role, readonly Link[]>> = {
  visitor: [{ path: "/look", name: "What is seen" }],
  learner: [
    { path: "/", name: "My courses" },
    { path: "/courses", name: "Find courses" },
    { path: "/learning", name: "My learning" },
  ],
  teacher: [
    { path: "/teaching", name: "Teaching" },
    { path: "/courses", name: "Courses" },
    { path: "/learning", name: "My learning" },
  ],
  administrator: [
    { path: "/administration", name: "Administration" },
    { path: "/courses", name: "Courses" },
  ],
};

/** Pages below these are no part of them: a course is found there, and studied elsewhere. */
const ALONE: readonly string[] = ["/", "/courses"];

/** Whether a link leads to the page that is open, or to one above it. */
export function leadsHere({ path: to }: Link, path: string): boolean {
  return path === to || (!ALONE.includes(to) && path.startsWith(`${to}/`));
}
