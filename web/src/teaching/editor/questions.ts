/** Questions of a point that is saved over what somebody else has saved. Pure. */
import type { PointDraft } from "./checks.ts";

/** `mine`, its questions that are not among `theirs` any more as new ones. */
export function withNewQuestions(mine: PointDraft, theirs: PointDraft): PointDraft {
  const known = new Set((theirs.questions ?? []).map(({ id }) => id));
  const questions = (mine.questions ?? []).map(({ id, ...question }) =>
    id && known.has(id) ? { id, ...question } : question,
  );
  return { ...mine, questions };
}
