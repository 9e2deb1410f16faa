/** What the report page makes of a class report. Pure. */
import type { components } from "../../api/schema.d.ts";
import { COLUMNS, type Cell, type HeatRow } from "../charts/heat.ts";
import { percent, span } from "../words.ts";

type Schemas = components["schemas"];
export type ClassReport = Schemas["ClassReport"];
export type PointRow = Schemas["HeatRow"];
export type Intervention = Schemas["InterventionRow"];
export type TrendInstant = Schemas["TrendInstant"];
export type PointInstant = Schemas["PointInstant"];
export type Lesson = Schemas["LessonSpan"];

export interface Figure {
  readonly label: string;
  readonly value: string;
  readonly detail: string;
}

/** Two significant digits: `24.26` -> `24`, `3.14` -> `3.1`. */
export function people(number: number | null): string {
  if (number === null) return "withheld";
  return number >= 9.95 ? String(Math.round(number)) : String(Number(number.toFixed(1)));
}

export function figuresOf(report: ClassReport): Figure[] {
  const most = report.most_present === null ? "" : `, ${report.most_present} at most`;
  return [
    {
      label: "Present",
      value: people(report.present),
      detail: `on average${most}, over ${span(report.shown_s)}`,
    },
    { label: "Focus", value: percent(report.focus, "not told"), detail: "in view, of those known" },
    {
      label: "Engagement",
      value: percent(report.engagement, "not told"),
      detail: "of readings happy or surprised",
    },
    {
      label: "Difficulty",
      value: percent(report.difficulty, "not told"),
      detail: "seemed to find it hard, of those known",
    },
    {
      label: "Unknown",
      value: percent(report.unknown, "not told"),
      detail: "of the people: nothing was known",
    },
  ];
}

/** The heat map's rows; shares of the people's time. */
export function heatRows(points: readonly PointRow[]): HeatRow[] {
  return points.map((row) => ({
    id: keyOf(row),
    title: row.point_title,
    people: row.people === null ? "" : `${people(row.people)} people on average`,
    cells: Object.fromEntries(
      COLUMNS.map(({ state }): [string, Cell] => {
        const share = row.shares[state];
        return [state, { text: "", share: share === undefined ? 0 : share }];
      }),
    ),
    note: row.note,
  }));
}

export function keyOf(row: PointRow): string {
  return row.point_id ?? row.point_title;
}

/** Where the most shown people were over time, as bands. */
export function bandsOf(
  points: readonly PointRow[],
): { name: string; from_s: number; to_s: number }[] {
  const at = new Map<number, { name: string; people: number }>();
  for (const { point_title, trend } of points) {
    for (const { at_s, people: there } of trend) {
      const most = at.get(at_s)?.people ?? 0;
      if (there !== null && there > most) at.set(at_s, { name: point_title, people: there });
    }
  }
  const bands: { name: string; from_s: number; to_s: number }[] = [];
  const times = [...at.keys()].sort((a, b) => a - b);
  for (const [i, from_s] of times.entries()) {
    const { name } = at.get(from_s)!;
    const to_s = times[i + 1] ?? from_s;
    const last = bands.at(-1);
    if (last && last.name === name && last.to_s === from_s) last.to_s = to_s;
    else bands.push({ name, from_s, to_s });
  }
  return bands.filter((band) => band.to_s > band.from_s);
}

/** Part of those at a point; null where withheld or nobody is known. */
export function shareAt(instant: PointInstant, state: keyof PointInstant): number | null {
  const part = instant[state];
  return part === null || !instant.people ? null : Math.min(1, part / instant.people);
}

export const VERDICTS = [
  { name: "better", words: "better" },
  { name: "no_clear_change", words: "no clear change" },
  { name: "worse", words: "worse" },
  { name: "unknown", words: "unknown" },
] as const;
export type VerdictName = (typeof VERDICTS)[number]["name"];

/** The parts of an effect bar, of those told; empty where nothing may be told. */
export function partsOf(row: Intervention): { name: VerdictName; number: number; share: number }[] {
  const told = VERDICTS.map(({ name }) => ({ name, number: row[name] ?? 0 }));
  const all = told.reduce((sum, { number }) => sum + number, 0);
  if (all === 0) return [];
  return told
    .filter(({ number }) => number > 0)
    .map(({ name, number }) => ({ name, number, share: number / all }));
}

/** A number of learners, or that it is withheld. */
export function told(number: number | null): string {
  return number === null ? "withheld" : String(number);
}
