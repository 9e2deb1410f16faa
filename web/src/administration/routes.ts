/** The pages of administrators. */
import type { Route } from "../router.svelte.ts";

const roles = ["administrator"] as const;

export const ADMINISTRATION: readonly Route[] = [
  {
    path: "/administration",
    title: "The law and expressions",
    roles,
    load: () => import("../pages/AdminLaw.svelte"),
  },
  {
    path: "/administration/people",
    title: "People",
    roles,
    load: () => import("../pages/AdminPeople.svelte"),
  },
  {
    path: "/administration/invitations",
    title: "Invitations",
    roles,
    load: () => import("../pages/AdminInvitations.svelte"),
  },
  {
    path: "/administration/retention",
    title: "Retention",
    roles,
    load: () => import("../pages/AdminRetention.svelte"),
  },
  {
    path: "/administration/audit",
    title: "Audit log",
    roles,
    load: () => import("../pages/AdminAudit.svelte"),
  },
  {
    path: "/administration/usage",
    title: "Usage",
    roles,
    load: () => import("../pages/AdminUsage.svelte"),
  },
];
