/** What the platform said of each field, in sentences to stand beside it. */
import { Problem } from "../api/send.ts";

/** Name without `body.`, such as `questions.0.prompt` -> sentence. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof Problem)) return {};
  const named = error.fields.map(({ place, message }) => [
    place.replace(/^body\.?/, ""),
    sentence(message),
  ]);
  return Object.fromEntries(named) as Record<string, string>;
}

function sentence(message: string): string {
  const words = message.replace(/^Value error, /, "");
  const begun = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
