/** A point in smaller pieces, for a slower pace. */

export interface Block {
  /** Its tag's name, in capitals. */
  readonly tag: string;
  readonly html: string;
}

/** So many paragraphs at most are shown at once. */
export const MOST_PARAGRAPHS = 2;

/**
 * Blocks gathered into pieces: a heading begins one, and so does a paragraph after
 * MOST_PARAGRAPHS others; formulas, lists and pictures stay with what leads to them.
 */
export function piecesOf(blocks: readonly Block[]): string[] {
  const pieces: string[] = [];
  let paragraphs = 0;
  for (const { tag, html } of blocks) {
    const heading = /^H\d$/.test(tag);
    const full = tag === "P" && paragraphs >= MOST_PARAGRAPHS;
    if (pieces.length === 0 || heading || full) {
      pieces.push("");
      paragraphs = 0;
    }
    pieces[pieces.length - 1] += html;
    if (tag === "P") paragraphs++;
  }
  return pieces;
}

/** The outermost elements of rendered Markdown. */
export function blocksOf(html: string): Block[] {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  return [...body.children].map((one) => ({ tag: one.tagName, html: one.outerHTML }));
}
