/** Retention periods as an administrator changes them. Pure. */
import type { components } from "../api/schema.d.ts";

type Kind = components["schemas"]["RetentionKind"];
type Draft = components["schemas"]["RetentionDraft"];

export const KIND_TITLES: Readonly<Record<string, string>> = {
  observations_days: "Observations",
  self_reports_days: "Self-reports",
  offers_days: "Offers and their effect",
  help_days: "Calls for help",
  snapshots_days: "Drawings of live classes",
  logins_days: "Log-ins and invitations",
  attempts_days: "Failed log-ins",
  audit_days: "Audit log",
};

/** Kind -> what is wrong with its days. */
export function wrongDays(
  kinds: readonly Kind[],
  days: Readonly<Record<string, number | undefined>>,
): Record<string, string> {
  const wrong = kinds
    .filter(({ kind, least_days, most_days }) => {
      const value = days[kind];
      return !Number.isInteger(value) || value! < least_days || value! > most_days;
    })
    .map(({ kind, least_days, most_days }) => [
      kind,
      `A whole number from ${least_days} to ${most_days}.`,
    ]);
  return Object.fromEntries(wrong) as Record<string, string>;
}

/** What differs, as the platform takes it. */
export function changesOf(
  kinds: readonly Kind[],
  days: Readonly<Record<string, number | undefined>>,
): Draft {
  const changed = kinds
    .filter(({ kind, days: kept }) => days[kind] !== undefined && days[kind] !== kept)
    .map(({ kind }) => [kind, days[kind]]);
  return Object.fromEntries(changed) as Draft;
}
