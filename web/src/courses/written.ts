/** Attributes of an element whose words the author of a course wrote: they are spoken in the
 * course's language and run in their own direction, whatever surrounds them (WCAG 2.2, 3.1.2). */
export function written(course: { readonly language: string }): { lang: string; dir: "auto" } {
  return { lang: course.language, dir: "auto" };
}
