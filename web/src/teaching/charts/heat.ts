/** Rows and cells of a heat map knowledge point by state. Pure. */
import { percent } from "../words.ts";

export interface Column {
  readonly state: string;
  readonly words: string;
}

export interface Cell {
  /** What stands in it, '' where `share` alone does. */
  readonly text: string;
  /** Tint, 0 to 1; null: withheld. */
  readonly share: number | null;
}

export interface HeatRow {
  readonly id: string;
  readonly title: string;
  /** Such as "24 people"; '' for nothing. */
  readonly people: string;
  readonly cells: Readonly<Record<string, Cell>>;
  /** Shown in place of the cells; '' where they are told. */
  readonly note: string;
}

/** What learners count as at a point, the most telling first, as the platform orders them. */
export const COLUMNS: readonly Column[] = [
  { state: "difficult", words: "finding it hard" },
  { state: "away", words: "out of view" },
  { state: "passive", words: "head down" },
  { state: "steady", words: "following" },
  { state: "unknown", words: "unknown" },
];

export function told({ text, share }: Cell): string {
  if (share === null) return "withheld";
  return text || percent(share);
}

/** People by state at one point; null: withheld. */
export function cellsOf(
  counts: Readonly<Record<string, number | null>>,
  people: number | null,
): Record<string, Cell> {
  const cells = COLUMNS.map(({ state }) => {
    const number = counts[state] === undefined ? 0 : counts[state];
    if (number === null) return [state, { text: "", share: null }];
    return [state, { text: String(number), share: people ? number / people : 0 }];
  });
  return Object.fromEntries(cells) as Record<string, Cell>;
}
