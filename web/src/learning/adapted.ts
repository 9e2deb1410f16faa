/** What became of offers, in words. */
import type { OfferView } from "../api/types.ts";

export const ANSWERS: Readonly<Record<OfferView["answer"], string>> = {
  shown: "not answered",
  taken: "you took it",
  dismissed: "you put it aside",
  disputed: "you said that it was wrong",
};

export const VERDICTS: Readonly<Record<OfferView["verdict"], string>> = {
  "": "not judged yet",
  better: "better afterwards",
  no_clear_change: "no clear change",
  worse: "worse afterwards",
  unknown: "cannot be told",
};

/** "4 offers, 2 taken. Of those taken, 1 was followed by better minutes." */
export function adaptedSentence(offers: readonly Pick<OfferView, "answer" | "verdict">[]): string {
  if (offers.length === 0) return "Nothing was offered to you in this time.";
  const taken = offers.filter((offer) => offer.answer === "taken");
  const first = `${offers.length === 1 ? "1 offer" : `${offers.length} offers`}, ${taken.length} taken.`;
  if (taken.length === 0) return first;
  const count = (verdict: string) => taken.filter((offer) => offer.verdict === verdict).length;
  const unjudged = count("") + count("unknown");
  return `${first} Of those taken, ${count("better")} led to better minutes, ${count("worse")} to worse, ${count("no_clear_change")} to no clear change; ${unjudged} cannot be told.`;
}
