/** A course on its teacher's desk: all of it, what is being written, what is not saved yet. */
import { SvelteMap } from "svelte/reactivity";

import { api, bodyOf } from "../../api/client.ts";
import { Problem } from "../../api/send.ts";
import type { components } from "../../api/schema.d.ts";
import {
  courseErrors,
  lessonErrors,
  pointErrors,
  type CourseDraft,
  type LessonDraft,
  type PointDraft,
} from "./checks.ts";
import { Draft, type Kept } from "./draft.svelte.ts";
import { withNewQuestions } from "./questions.ts";
import { lessonMoved, orderOf, pointMoved, type LessonOrder } from "./order.ts";

type Schemas = components["schemas"];
export type CourseSource = Schemas["CourseSource"];
export type LessonSource = Schemas["LessonSource"];
export type PointSource = Schemas["PointSource"];

export class Desk {
  source: CourseSource = $state.raw()!;
  readonly course: Draft<CourseDraft>;
  readonly lessons = new SvelteMap<string, Draft<LessonDraft>>();
  readonly points = new SvelteMap<string, Draft<PointDraft>>();

  constructor(source: CourseSource) {
    this.course = new Draft(courseDraft(source), {
      check: courseErrors,
      send: (draft, version) => this.#sendCourse({ ...draft, version }),
      read: async () => courseDraft(await this.#read()),
    });
    this.take(source);
  }

  /** The course as the platform has it now; what is being written stays. */
  take(source: CourseSource): void {
    this.source = source;
    for (const lesson of source.lessons) {
      if (!this.lessons.has(lesson.id)) this.lessons.set(lesson.id, this.#lessonDraft(lesson));
      for (const point of lesson.points) {
        if (!this.points.has(point.id)) this.points.set(point.id, this.#pointDraft(point));
      }
    }
  }

  /** Everything that is not saved, with the name it has now. */
  get unsaved(): { readonly name: string; readonly draft: Draft<never> }[] {
    const drafts = [this.course, ...this.lessons.values(), ...this.points.values()];
    return drafts
      .filter((draft) => draft.unsaved)
      .map((draft) => ({
        name: draft.now.title || "no title",
        draft: draft as unknown as Draft<never>,
      }));
  }

  /** Saves all; answers whether nothing is left unsaved. */
  async saveAll(): Promise<boolean> {
    const done: boolean[] = [];
    for (const { draft } of this.unsaved) done.push(await draft.save());
    return done.every(Boolean);
  }

  async addLesson(): Promise<string> {
    const params = { path: { course_id: this.source.id } };
    const body = { title: "New lesson", introduction: "" };
    const lesson = await bodyOf(api.POST("/api/v1/courses/{course_id}/lessons", { params, body }));
    this.take({ ...this.source, lessons: [...this.source.lessons, lesson] });
    return lesson.id;
  }

  async addPoint(lessonId: string): Promise<string> {
    const params = { path: { lesson_id: lessonId } };
    const body = {
      title: "New knowledge point",
      difficulty: 2,
      body: "",
      fuller: "",
      easier: "",
      story: "",
    };
    const point = await bodyOf(api.POST("/api/v1/lessons/{lesson_id}/points", { params, body }));
    this.#change(lessonId, (lesson) => ({ ...lesson, points: [...lesson.points, point] }));
    return point.id;
  }

  async removeLesson(id: string): Promise<void> {
    const params = { path: { lesson_id: id } };
    await api.DELETE("/api/v1/lessons/{lesson_id}", { params });
    const gone = this.source.lessons.find((lesson) => lesson.id === id);
    for (const point of gone?.points ?? []) this.points.delete(point.id);
    this.lessons.delete(id);
    const lessons = this.source.lessons.filter((lesson) => lesson.id !== id);
    this.source = { ...this.source, lessons };
  }

  async removePoint(id: string): Promise<void> {
    await api.DELETE("/api/v1/points/{point_id}", { params: { path: { point_id: id } } });
    this.points.delete(id);
    const lessons = this.source.lessons.map((lesson) => ({
      ...lesson,
      points: lesson.points.filter((point) => point.id !== id),
    }));
    this.source = { ...this.source, lessons };
  }

  /** Moves a lesson or a point one place; answers whether it moved. */
  async move(kind: "lesson" | "point", id: string, by: -1 | 1): Promise<boolean> {
    const order = orderOf(this.source.lessons);
    const moved = kind === "lesson" ? lessonMoved(order, id, by) : pointMoved(order, id, by);
    if (!moved) return false;
    await this.#reorder(moved);
    return true;
  }

  /** A lesson whose video changed. */
  keepLesson(kept: LessonSource): void {
    this.#change(kept.id, (lesson) => ({ ...lesson, video: kept.video }));
  }

  keepMedia(media: CourseSource["media"]): void {
    this.source = { ...this.source, media };
  }

  async #reorder(lessons: LessonOrder[]): Promise<void> {
    const params = { path: { course_id: this.source.id } };
    const body = { lessons };
    this.take(await bodyOf(api.PUT("/api/v1/courses/{course_id}/order", { params, body })));
  }

  #change(id: string, change: (lesson: LessonSource) => LessonSource): void {
    const lessons = this.source.lessons.map((one) => (one.id === id ? change(one) : one));
    this.take({ ...this.source, lessons });
  }

  /** The course as the platform has it now. */
  async #read(): Promise<CourseSource> {
    const params = { path: { course_id: this.source.id } };
    const source = await bodyOf(api.GET("/api/v1/courses/{course_id}/source", { params }));
    this.take(source);
    return source;
  }

  async #sendCourse(body: Schemas["CourseChange"]): Promise<Kept<CourseDraft>> {
    const params = { path: { course_id: this.source.id } };
    const kept = await bodyOf(api.PUT("/api/v1/courses/{course_id}", { params, body }));
    this.take(kept);
    return courseDraft(kept);
  }

  #lessonDraft(lesson: LessonSource): Draft<LessonDraft> {
    const params = { path: { lesson_id: lesson.id } };
    return new Draft(lessonDraft(lesson), {
      check: lessonErrors,
      send: async (draft, version) => {
        const body = { ...draft, version };
        const kept = await bodyOf(api.PUT("/api/v1/lessons/{lesson_id}", { params, body }));
        this.#change(kept.id, () => kept);
        return lessonDraft(kept);
      },
      read: async () => lessonDraft(found((await this.#read()).lessons, lesson.id)),
    });
  }

  #pointDraft(point: PointSource): Draft<PointDraft> {
    const params = { path: { point_id: point.id } };
    return new Draft(pointDraft(point), {
      check: pointErrors,
      send: async (draft, version) => {
        const body = { ...draft, version };
        const kept = await bodyOf(api.PUT("/api/v1/points/{point_id}", { params, body }));
        const lessons = this.source.lessons.map((lesson) => ({
          ...lesson,
          points: lesson.points.map((one) => (one.id === kept.id ? kept : one)),
        }));
        this.source = { ...this.source, lessons };
        return pointDraft(kept);
      },
      read: async () => {
        const points = (await this.#read()).lessons.flatMap((lesson) => lesson.points);
        return pointDraft(found(points, point.id));
      },
      over: withNewQuestions,
    });
  }
}

/** Raises Problem where it was deleted meanwhile. */
function found<T extends { readonly id: string }>(all: readonly T[], id: string): T {
  const one = all.find((part) => part.id === id);
  if (one) return one;
  const detail = "It was deleted meanwhile, in another tab or by somebody else.";
  throw new Problem({ status: 404, code: "not_found", detail }, null);
}

function courseDraft(source: CourseSource): Kept<CourseDraft> {
  const { title, summary, language, tags, version } = source;
  return { draft: { title, summary, language, tags: tags ?? [] }, version };
}

function lessonDraft({ title, introduction, version }: LessonSource): Kept<LessonDraft> {
  return { draft: { title, introduction }, version };
}

function pointDraft(point: PointSource): Kept<PointDraft> {
  const { title, difficulty, body, fuller, easier, story, version } = point;
  const texts = { title, difficulty, body, fuller, easier, story };
  const marks = { start_s: point.start_s ?? null, end_s: point.end_s ?? null };
  return { draft: { ...texts, ...marks, questions: point.questions ?? [] }, version };
}
