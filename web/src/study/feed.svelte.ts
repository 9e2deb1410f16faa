/** What the platform tells a learner while they study: offers and answers to calls, live. */
import { api, bodyOf } from "../api/client.ts";
import type { HelpView, OfferView, Standing } from "../api/types.ts";

/** Seconds before a stream that the browser gave up is opened anew, doubled up to the last. */
const FIRST_WAIT_S = 2;
const LONGEST_WAIT_S = 60;

export class Feed {
  standing = $state.raw<Standing | null>(null);
  /** The card that waits for an answer. */
  offer = $state.raw<OfferView | null>(null);
  /** The newest call to the teacher. */
  help = $state.raw<HelpView | null>(null);
  /** Whether news come at once. */
  live = $state(false);

  private readonly course: string;
  private source: EventSource | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private waitS = FIRST_WAIT_S;
  private closed = false;

  constructor(course: string) {
    this.course = course;
  }

  /** Opens the stream; answers how to close it. For Svelte's onMount. */
  attach(): () => void {
    this.open();
    void this.refresh();
    return () => {
      this.closed = true;
      clearTimeout(this.timer);
      this.source?.close();
    };
  }

  /** Asks anew how one stands. Without an answer the last one holds. */
  async refresh(): Promise<void> {
    const params = { path: { course_id: this.course } };
    try {
      const now = await bodyOf(api.GET("/api/v1/courses/{course_id}/standing", { params }));
      this.standing = now;
      this.offer = now.offer;
      this.help = now.help;
    } catch {
      // told elsewhere: by the shell where nobody is logged in, by the outbox when offline
    }
  }

  private open(): void {
    const source = new EventSource(`/api/v1/courses/${this.course}/events`);
    this.source = source;
    source.addEventListener("hello", () => {
      // What happened before the stream began is in the standing. After a broken line the
      // browser sends Last-Event-ID, and the platform tells what was missed.
      if (!this.live) void this.refresh();
      this.live = true;
      this.waitS = FIRST_WAIT_S;
    });
    source.addEventListener("offer", ({ data }: MessageEvent<string>) => {
      const offer = JSON.parse(data) as OfferView;
      if (offer.answer === "shown") this.offer = offer;
      else if (this.offer?.id === offer.id) this.offer = null;
    });
    source.addEventListener("help", ({ data }: MessageEvent<string>) => {
      this.help = JSON.parse(data) as HelpView;
    });
    source.onerror = () => {
      this.live = false;
      // While it is CONNECTING the browser tries by itself; a refusal closes it for good.
      if (source.readyState === EventSource.CLOSED) this.openLater();
    };
  }

  private openLater(): void {
    if (this.closed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), 1000 * this.waitS);
    this.waitS = Math.min(2 * this.waitS, LONGEST_WAIT_S);
  }
}
