import { ADMINISTRATION } from "./administration/routes.ts";
import type { Route } from "./router.svelte.ts";
import type { Role } from "./session.svelte.ts";
import { TEACHING } from "./teaching/routes.ts";

/** Who has an account, and who may study: teachers study other teachers' courses. */
const MEMBERS: readonly Role[] = ["learner", "teacher", "administrator"];
const STUDENTS: readonly Role[] = ["learner", "teacher"];

/** Every page, first fit first. */
export const ROUTES: readonly Route[] = [
  { path: "/", title: "Start", load: () => import("./pages/Start.svelte") },
  { path: "/login", title: "Log in", load: () => import("./pages/LogIn.svelte") },
  { path: "/register", title: "Register", load: () => import("./pages/Register.svelte") },
  {
    path: "/account",
    title: "Account",
    roles: MEMBERS,
    load: () => import("./pages/Account.svelte"),
  },
  {
    path: "/courses",
    title: "Courses",
    roles: MEMBERS,
    load: () => import("./pages/Courses.svelte"),
  },
  {
    path: "/courses/:course",
    title: "Course",
    roles: MEMBERS,
    load: () => import("./pages/Course.svelte"),
  },
  {
    path: "/courses/:course/consent",
    title: "The camera in this course",
    roles: STUDENTS,
    load: () => import("./pages/Consent.svelte"),
  },
  ...TEACHING,
  ...ADMINISTRATION,
  {
    path: "/courses/:course/study",
    title: "Study",
    roles: STUDENTS,
    load: () => import("./pages/Study.svelte"),
  },
  {
    path: "/courses/:course/learning",
    title: "My learning",
    roles: STUDENTS,
    load: () => import("./pages/Learning.svelte"),
  },
  {
    path: "/learning",
    title: "My learning",
    roles: STUDENTS,
    load: () => import("./pages/MyLearning.svelte"),
  },
  { path: "/look", title: "What is seen", load: () => import("./pages/Look.svelte") },
  { path: "/parts", title: "Parts of the interface", load: () => import("./pages/Parts.svelte") },
];
