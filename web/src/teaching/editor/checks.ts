/** The limits of what a teacher writes, checked where it is written. Pure; the platform has
 * the last word, and names fields the same way. */
import type { components } from "../../api/schema.d.ts";

type Schemas = components["schemas"];
export type CourseDraft = Schemas["CourseDraft"];
export type LessonDraft = Schemas["LessonDraft"];
export type PointDraft = Schemas["PointDraft"];
export type QuestionDraft = Schemas["QuestionDraft"];
/** Field such as `questions.0.prompt` -> what is wrong. */
export type Errors = Readonly<Record<string, string>>;

export const LIMITS = {
  title: 200,
  summary: 5000,
  prose: 50_000,
  tags: 12,
  tag: 40,
  questions: 20,
  prompt: 5000,
  options: 8,
  option: 1000,
} as const;

export function courseErrors({ title, summary, language, tags }: CourseDraft): Errors {
  const errors: Record<string, string> = {};
  put(errors, "title", line(title));
  put(errors, "summary", long(summary, LIMITS.summary));
  if (!/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(language)) {
    errors["language"] = "A language tag such as en, de or pt-BR.";
  }
  const tagged = tags ?? [];
  const bad = tagged.find((tag) => tag.length > LIMITS.tag);
  if (tagged.length > LIMITS.tags) {
    errors["tags"] = `At most ${LIMITS.tags} subjects; these are ${tagged.length}.`;
  } else if (bad) errors["tags"] = `“${bad}” is longer than ${LIMITS.tag} characters.`;
  return errors;
}

export function lessonErrors({ title, introduction }: LessonDraft): Errors {
  const errors: Record<string, string> = {};
  put(errors, "title", line(title));
  put(errors, "introduction", long(introduction, LIMITS.prose));
  return errors;
}

export function pointErrors(point: PointDraft): Errors {
  const errors: Record<string, string> = {};
  put(errors, "title", line(point.title));
  for (const name of ["body", "fuller", "easier", "story"] as const) {
    put(errors, name, long(point[name], LIMITS.prose));
  }
  put(errors, "end_s", marks(point.start_s ?? null, point.end_s ?? null));
  for (const [i, question] of (point.questions ?? []).entries()) {
    for (const [name, said] of Object.entries(questionErrors(question))) {
      errors[`questions.${i}.${name}`] = said;
    }
  }
  return errors;
}

export function questionErrors({ prompt, options, correct, explanation }: QuestionDraft): Errors {
  const errors: Record<string, string> = {};
  put(errors, "prompt", prompt.trim() ? long(prompt, LIMITS.prompt) : "Write the question.");
  put(errors, "explanation", long(explanation, LIMITS.prompt));
  for (const [i, option] of options.entries()) {
    const said = option.trim() ? long(option, LIMITS.option) : "Write this answer or remove it.";
    put(errors, `options.${i}`, said);
  }
  if (options.length < 2) errors["options"] = "At least two answers.";
  if (correct.length === 0) errors["correct"] = "Mark at least one answer as right.";
  return errors;
}

function put(errors: Record<string, string>, name: string, said: string): void {
  if (said) errors[name] = said;
}

function line(text: string): string {
  if (!text.trim()) return "A title is needed.";
  return long(text, LIMITS.title);
}

function long(text: string, most: number): string {
  const over = [...text].length - most;
  return over > 0 ? `${over} characters too many: ${most.toLocaleString()} are possible.` : "";
}

function marks(start_s: number | null, end_s: number | null): string {
  if ((start_s === null) !== (end_s === null)) return "Start and end go together.";
  if (start_s !== null && end_s !== null && end_s <= start_s) return "The end is before the start.";
  return "";
}
