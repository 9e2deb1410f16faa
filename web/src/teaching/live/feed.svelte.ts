/** The live class as it comes: read once, then kept up by server-sent events. */
import { api, bodyOf } from "../../api/client.ts";
import { failureOf, type Failure } from "../../api/failure.ts";
import { nowS } from "../words.ts";
import { extended, instantOf, type ClassNow, type Instant } from "./view.ts";
import { withCall, type HelpCall } from "./help.ts";

/** `lost`: the browser tries again by itself and is sent what it missed. */
export type Link = "connecting" | "live" | "lost";

/** A refused stream (the platform restarts, say) is opened anew after so long. */
const REOPEN_MS = 5000;
/** Streams end now and then and begin anew at once; only a longer break is told. */
const PATIENCE_MS = 4000;
/** What was replayed stays told for so long. */
const TOLD_MS = 12_000;

export class ClassFeed {
  view = $state.raw<ClassNow | null>(null);
  trend = $state.raw<readonly Instant[]>([]);
  calls = $state.raw<readonly HelpCall[]>([]);
  on = $state<boolean | null>(null);
  /** Whether expressions are read; null: not known yet. */
  affect = $state<boolean | null>(null);
  link = $state<Link>("connecting");
  failure = $state.raw<Failure | null>(null);
  /** When the link was lost, unix seconds. */
  lostAtS = $state<number | null>(null);
  /** Updates that were missed and came in after a reconnect; 0 once that was told. */
  replayed = $state(0);
  /** Since when an alert stands, by kind and point; unix seconds. Of those that stood when
   * the page was opened it is not known. */
  since = $state.raw<ReadonlyMap<string, number | null>>(new Map());

  readonly #courseId: string;
  #source: EventSource | null = null;
  #newest = 0;
  #reads = 0;
  /** The page has told of a lost link; so it tells what came in after it, too. */
  #told = false;
  #timers = new Set<ReturnType<typeof setTimeout>>();
  #closed = false;

  constructor(courseId: string) {
    this.#courseId = courseId;
  }

  /** Reads the present state and listens; answers how to stop. */
  start(): () => void {
    void this.#begin();
    return () => {
      this.#closed = true;
      this.#source?.close();
      this.#timers.forEach(clearTimeout);
    };
  }

  /** Reads the present state anew. */
  async read(): Promise<void> {
    const turn = ++this.#reads;
    try {
      const params = { path: { course_id: this.#courseId } };
      const now = await bodyOf(api.GET("/api/v1/courses/{course_id}/live", { params }));
      if (turn !== this.#reads) return; // a newer reading knows better
      this.on = now.on;
      this.affect = now.affect;
      this.trend = now.trend;
      this.calls = now.help;
      if (now.view) this.#take(now.view as unknown as ClassNow);
      else this.view = null;
      this.failure = null;
    } catch (error) {
      this.failure = failureOf(error);
    }
  }

  /** Puts a call that was just changed here where it belongs. */
  keep(call: HelpCall): void {
    this.calls = withCall(this.calls, call);
  }

  async #begin(): Promise<void> {
    await this.read();
    if (this.#closed) return;
    const lasting = this.failure && !this.failure.again;
    if (this.failure && !lasting) this.#later(() => void this.#begin(), REOPEN_MS);
    else if (!lasting) this.#listen();
  }

  #listen(): void {
    const source = new EventSource(`/api/v1/courses/${this.#courseId}/live/events`);
    this.#source = source;
    const on = (kind: string, take: (data: unknown) => void) =>
      source.addEventListener(kind, (event) => this.#heard(event as MessageEvent<string>, take));
    source.addEventListener("hello", (event) => {
      this.#newest = Number((event as MessageEvent<string>).lastEventId); // what follows up to it was missed
    });
    on("class", (data) => this.#take(data as ClassNow));
    on("help", (data) => this.keep(data as HelpCall));
    on("switch", (data) => (this.on = (data as { on: boolean }).on));
    source.onopen = () => {
      this.#told = this.link === "lost";
      this.link = "live";
      this.lostAtS = null;
    };
    source.onerror = () => this.#lost(source);
  }

  #heard(event: MessageEvent<string>, take: (data: unknown) => void): void {
    if (this.#told && Number(event.lastEventId) <= this.#newest) {
      this.replayed += 1;
      this.#later(() => (this.replayed = 0), TOLD_MS);
    }
    take(JSON.parse(event.data));
  }

  #lost(source: EventSource): void {
    this.lostAtS ??= nowS();
    const ended = source.readyState === EventSource.CLOSED;
    this.#later(() => {
      if (this.lostAtS !== null) this.link = "lost";
    }, PATIENCE_MS);
    if (!ended) return;
    source.close();
    this.#later(() => void this.#begin(), REOPEN_MS);
  }

  #take(view: ClassNow): void {
    if (this.view && view.at_s < this.view.at_s) return;
    const first = this.view === null;
    this.view = view;
    this.trend = extended(this.trend, instantOf(view));
    const keys = view.alerts.map((alert) => `${alert.kind} ${alert.knowledge_point}`);
    const stood = this.since;
    this.since = new Map(
      keys.map((key) => [key, first ? null : stood.has(key) ? stood.get(key)! : view.at_s]),
    );
  }

  #later(work: () => void, wait_ms: number): void {
    if (this.#closed) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, wait_ms);
    this.#timers.add(timer);
  }
}
