/** One course being studied: its contents, the lesson and point on the screen, one's place. */
import { api, bodyOf } from "../api/client.ts";
import { failureOf, type Failure } from "../api/failure.ts";
import { Resource } from "../api/resource.svelte.ts";
import type { CourseView, LessonView, PointView } from "../api/types.ts";
import { neighboursOf, pointsOf, withPoint } from "../courses/outline.ts";

/** What a learner does at a point, as its page shows it. */
type Noted = Partial<Pick<PointView, "opened" | "completed" | "questions">>;

export class Studying {
  readonly course: Resource<CourseView>;
  lesson = $state.raw<LessonView | null>(null);
  point = $state.raw<PointView | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** Where the video begins for whoever comes back, seconds; null: at the point's mark. */
  resumeS: number | null = null;

  readonly points = $derived.by(() => (this.course.value ? pointsOf(this.course.value) : []));
  readonly neighbours = $derived(neighboursOf(this.points, this.point?.id ?? ""));

  private readonly id: string;
  private readonly lessons = new Map<string, Promise<LessonView>>();
  private wanted = "";

  constructor(course: string) {
    this.id = course;
    const path = { course_id: course };
    this.course = new Resource(() =>
      bodyOf(api.GET("/api/v1/courses/{course_id}", { params: { path } })),
    );
  }

  /** The point where the learner left the course; "" where it has none. */
  async whereLeft(): Promise<string> {
    const studies = await bodyOf(api.GET("/api/v1/studies"));
    const resume = studies.find((one) => one.course.id === this.id)?.resume;
    this.resumeS = resume?.video_s ?? null;
    return resume?.point_id ?? "";
  }

  /** Shows a point, and notes that the learner is there. */
  async show(id: string): Promise<void> {
    this.wanted = id;
    const placed = this.points.find((point) => point.id === id);
    if (!placed) {
      this.failure = {
        kind: "missing",
        title: "This point is not in the course any more",
        detail: "Its teacher may have taken it out. Choose another one at the side.",
        again: false,
      };
      return;
    }
    try {
      const lesson = await this.fetchLesson(placed.lesson_id);
      if (this.wanted !== id) return;
      this.failure = null;
      this.lesson = lesson;
      this.point = lesson.points.find((point) => point.id === id) ?? null;
      this.note(id, { opened: true });
      await this.keepPlace(this.resumeS);
    } catch (error) {
      this.lessons.delete(placed.lesson_id);
      if (this.wanted === id) this.failure = failureOf(error);
    }
  }

  /** Notes where the learner is. Not worth a word when it fails: the next time does it. */
  async keepPlace(video_s: number | null): Promise<void> {
    if (!this.point) return;
    const body = { point_id: this.point.id, video_s };
    const params = { path: { course_id: this.id } };
    await api.PUT("/api/v1/courses/{course_id}/place", { params, body }).catch(() => {});
  }

  /** Marks the point on the screen as finished, or not. */
  async complete(completed: boolean): Promise<void> {
    if (!this.point) return;
    const { id } = this.point;
    const params = { path: { point_id: id } };
    await api.PUT("/api/v1/points/{point_id}/completion", { params, body: { completed } });
    this.note(id, { completed });
  }

  /** A question of the point on the screen was answered rightly. */
  answeredRightly(question: string): void {
    if (!this.point) return;
    const questions = this.point.questions.map((one) =>
      one.id === question ? { ...one, answered_correctly: true } : one,
    );
    this.note(this.point.id, { questions });
  }

  /** The learner may have gone on to another point by now, and may come back to this one. */
  private note(id: string, change: Noted): void {
    const noted = (lesson: LessonView): LessonView => ({
      ...lesson,
      points: lesson.points.map((one) => (one.id === id ? { ...one, ...change } : one)),
    });
    if (this.point?.id === id) this.point = { ...this.point, ...change };
    if (this.lesson) this.lesson = noted(this.lesson);
    const home = this.points.find((point) => point.id === id)?.lesson_id ?? "";
    const known = this.lessons.get(home);
    if (known) this.lessons.set(home, known.then(noted));
    const { value } = this.course;
    const { opened, completed } = change;
    if (!value) return;
    const outline = {
      ...(opened === undefined ? {} : { opened }),
      ...(completed === undefined ? {} : { completed }),
    };
    this.course.value = withPoint(value, id, outline);
  }

  private fetchLesson(id: string): Promise<LessonView> {
    const known = this.lessons.get(id);
    if (known) return known;
    const path = { lesson_id: id };
    const lesson = bodyOf(api.GET("/api/v1/lessons/{lesson_id}", { params: { path } }));
    this.lessons.set(id, lesson);
    return lesson;
  }
}
