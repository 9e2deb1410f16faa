/** The pages of teachers. */
import type { Route } from "../router.svelte.ts";

const roles = ["teacher"] as const;

export const TEACHING: readonly Route[] = [
  { path: "/teaching", title: "My courses", roles, load: () => import("../pages/Teach.svelte") },
  {
    path: "/teaching/courses/:course",
    title: "Write a course",
    roles,
    load: () => import("../pages/EditCourse.svelte"),
  },
  {
    path: "/teaching/courses/:course/live",
    title: "Live class",
    roles,
    load: () => import("../pages/Live.svelte"),
  },
  {
    path: "/teaching/courses/:course/report",
    title: "Report",
    roles,
    load: () => import("../pages/ClassReport.svelte"),
  },
  {
    path: "/teaching/courses/:course/thresholds",
    title: "Thresholds",
    roles,
    load: () => import("../pages/Thresholds.svelte"),
  },
];
