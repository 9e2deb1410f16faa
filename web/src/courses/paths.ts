/** The study page of a course, at a point; without one, where the learner was. */
export function studyPath(course: string, point?: string): string {
  return `/courses/${course}/study${point ? `?point=${point}` : ""}`;
}
