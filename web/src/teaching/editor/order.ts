/** Lessons and points in another order. Pure. */

export interface Ordered {
  readonly id: string;
  readonly points: readonly { readonly id: string }[];
}

export interface LessonOrder {
  id: string;
  points: string[];
}

export function orderOf(lessons: readonly Ordered[]): LessonOrder[] {
  return lessons.map(({ id, points }) => ({ id, points: points.map((point) => point.id) }));
}

/** With a lesson one place up (-1) or down (1); null: it is at the end already. */
export function lessonMoved(
  order: readonly LessonOrder[],
  id: string,
  by: -1 | 1,
): LessonOrder[] | null {
  const from = order.findIndex((lesson) => lesson.id === id);
  const to = from + by;
  if (from < 0 || to < 0 || to >= order.length) return null;
  const moved = [...order];
  [moved[from], moved[to]] = [moved[to]!, moved[from]!];
  return moved;
}

/** With a point one place up or down; beyond its lesson's end it goes to the next lesson. */
export function pointMoved(
  order: readonly LessonOrder[],
  id: string,
  by: -1 | 1,
): LessonOrder[] | null {
  const moved = order.map((lesson) => ({ id: lesson.id, points: [...lesson.points] }));
  const at = moved.findIndex(({ points }) => points.includes(id));
  const lesson = moved[at];
  if (!lesson) return null;
  const from = lesson.points.indexOf(id);
  const to = from + by;
  if (to >= 0 && to < lesson.points.length) {
    [lesson.points[from], lesson.points[to]] = [lesson.points[to]!, id];
    return moved;
  }
  const other = moved[at + by];
  if (!other) return null;
  lesson.points.splice(from, 1);
  if (by === 1) other.points.unshift(id);
  else other.points.push(id);
  return moved;
}
