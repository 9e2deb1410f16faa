/** A course's table of contents as one row of points. */
import type { CourseView, PointOutline } from "../api/types.ts";

export interface PlacedPoint extends PointOutline {
  readonly lesson_id: string;
  readonly lesson_title: string;
}

/** All points in the order of study. */
export function pointsOf(course: Pick<CourseView, "lessons">): PlacedPoint[] {
  return course.lessons.flatMap((lesson) =>
    lesson.points.map((point) => ({
      ...point,
      lesson_id: lesson.id,
      lesson_title: lesson.title,
    })),
  );
}

/** The first point that is not finished, else the first; null where there is none. */
export function firstOpenPoint(course: Pick<CourseView, "lessons">): PlacedPoint | null {
  const points = pointsOf(course);
  return points.find((point) => !point.completed) ?? points[0] ?? null;
}

export interface Neighbours {
  readonly before: PlacedPoint | null;
  readonly after: PlacedPoint | null;
}

/** What comes before and after a point. */
export function neighboursOf(points: readonly PlacedPoint[], id: string): Neighbours {
  const at = points.findIndex((point) => point.id === id);
  if (at < 0) return { before: null, after: null };
  return { before: points[at - 1] ?? null, after: points[at + 1] ?? null };
}

/** The course with one point changed. */
export function withPoint(
  course: CourseView,
  id: string,
  change: Partial<Pick<PointOutline, "opened" | "completed">>,
): CourseView {
  const lessons = course.lessons.map((lesson) => ({
    ...lesson,
    points: lesson.points.map((point) => (point.id === id ? { ...point, ...change } : point)),
  }));
  return { ...course, lessons };
}
