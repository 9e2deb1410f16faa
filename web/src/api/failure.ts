/** What went wrong with a request, as a person is told: what happened, what to do. */
import { Problem } from "./send.ts";

export interface Failure {
  readonly kind:
    | "offline"
    | "busy"
    | "signed-out"
    | "forbidden"
    | "missing"
    /** Somebody else has changed it since it was read. */
    | "changed"
    | "refused"
    | "defect";
  readonly title: string;
  readonly detail: string;
  /** Whether the same request may do better in a while. */
  readonly again: boolean;
}

/** An error of `api` or `sendJson` in words. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Problem)) {
    return {
      kind: "offline",
      title: "The platform does not answer",
      detail: "The network may be gone. Nothing of yours is lost.",
      again: true,
    };
  }
  const { status, detail } = error;
  if (status === 401) return told("signed-out", "You are not logged in", detail, false);
  if (status === 403) return told("forbidden", "This is not open to you", detail, false);
  if (status === 404) return told("missing", "This is not here", detail, false);
  if (status === 429) return told("busy", "That was too often", waiting(error), true);
  if (status === 503) return told("busy", "The platform is busy", waiting(error), true);
  if (status >= 500) return told("defect", "Something went wrong at the platform", detail, true);
  if (error.code === "changed_since")
    return told("changed", "It was changed meanwhile", detail, false);
  return told("refused", "That was not accepted", withFields(error), false);
}

function told(kind: Failure["kind"], title: string, detail: string, again: boolean): Failure {
  return { kind, title, detail, again };
}

function waiting({ detail, retryAfterS }: Problem): string {
  if (retryAfterS === null || detail.includes("minute") || detail.includes("second")) return detail;
  const minutes = Math.ceil(retryAfterS / 60);
  const wait = retryAfterS < 60 ? `${Math.ceil(retryAfterS)} s` : `${minutes} min`;
  return `${detail} Try again in ${wait}.`;
}

/** "Some values are not accepted. title: must be one line" */
function withFields({ detail, fields }: Problem): string {
  const said = fields.map(({ place, message }) => `${place.replace(/^body\./, "")}: ${message}.`);
  return [detail, ...said].join(" ");
}
