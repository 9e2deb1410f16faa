/** The course that a page is about, as far as its head needs it. */
import { api, bodyOf } from "../api/client.ts";
import { Resource } from "../api/resource.svelte.ts";

/** Its title; the page's own content tells where it cannot be read. */
export function courseTitle(courseId: string): Resource<string> {
  return new Resource(async () => {
    const path = { course_id: courseId };
    const course = await bodyOf(api.GET("/api/v1/courses/{course_id}", { params: { path } }));
    return course.title;
  });
}
