/** Sends waiting batches, oldest first, until the platform has each: exactly once, because
 * an id never changes and the platform counts an id once. */
import { NOT_OURS, Problem } from "../api/send.ts";
import type { ObservationBatch } from "./batch.ts";
import type { BatchQueue, WaitingBatch } from "./queue.ts";

/** How sending goes. */
export type UploadState =
  | { readonly kind: "idle" }
  | { readonly kind: "sending" }
  /** No answer, or the platform is busy: tried again later. */
  | { readonly kind: "waiting"; readonly seconds: number }
  /** Nobody is logged in, or another account: kept until this one is again. */
  | { readonly kind: "signed-out" };

export interface UploadEvents {
  changed(state: UploadState, waiting: number): void;
  /** The platform takes no expressions in a course: they must not be read there any more. */
  affectOff(course: string): void;
  /** The platform takes no observation in a course any more; what waited of it is forgotten. */
  stopped(course: string): void;
  /** A batch was refused as malformed and forgotten. */
  refused(problem: Problem): void;
}

export interface UploadMeans {
  /** Sends one body; raises Problem for a refusal, any other error for no answer. */
  post(body: ObservationBatch & { sent_at_s: number }): Promise<unknown>;
  unixS(): number;
  /** Resolves after so long, or at once when `wake` is called. */
  wait(seconds: number, wake: AbortSignal): Promise<void>;
  /** Runs work while no other page of this browser does. */
  alone(work: () => Promise<void>): Promise<void>;
}

/** Seconds before the next try, doubled up to the last. */
const FIRST_WAIT_S = 2;
const LONGEST_WAIT_S = 60;

export class Uploader {
  private readonly queue: BatchQueue;
  private readonly means: UploadMeans;
  private readonly events: UploadEvents;
  private running = false;
  private again = false;
  private closed = false;
  private wake = new AbortController();
  private waitS = FIRST_WAIT_S;

  constructor(queue: BatchQueue, means: UploadMeans, events: UploadEvents) {
    this.queue = queue;
    this.means = means;
    this.events = events;
  }

  /** Tries at once instead of waiting: when the network is back, after a log-in. */
  retry(): Promise<void> {
    this.wake.abort();
    return this.send();
  }

  /** Sends what waits: after a new batch, and at the start. */
  async send(): Promise<void> {
    this.again = true;
    if (this.running) return;
    this.running = true;
    try {
      while (this.again && !this.closed) {
        this.again = false;
        await this.means.alone(() => this.empty());
      }
    } finally {
      this.running = false;
    }
  }

  /** Ends for good; what waits stays for the next visit. */
  close(): void {
    this.closed = true;
    this.wake.abort();
  }

  private async empty(): Promise<void> {
    for (;;) {
      const next = this.closed ? null : await this.queue.next();
      if (!next) break;
      await this.tell({ kind: "sending" });
      try {
        await this.means.post({ ...next.batch, sent_at_s: this.means.unixS() });
        await this.queue.remove(next.key);
        this.waitS = FIRST_WAIT_S;
      } catch (error) {
        if (!(await this.recover(error, next))) return;
      }
    }
    await this.tell({ kind: "idle" });
  }

  /** Whether to go on with the queue. */
  private async recover(error: unknown, { key, batch }: WaitingBatch): Promise<boolean> {
    // What another than the platform answers says nothing about consent, log-in or the batch.
    const problem = error instanceof Problem && error.code !== NOT_OURS ? error : null;
    if (!problem || problem.status === 429 || problem.status >= 500) {
      const seconds = problem?.retryAfterS ?? this.waitS;
      this.waitS = Math.min(this.waitS * 2, LONGEST_WAIT_S);
      await this.tell({ kind: "waiting", seconds });
      this.wake = new AbortController();
      await this.means.wait(seconds, this.wake.signal);
      return true;
    }
    if (problem.status === 401) {
      await this.tell({ kind: "signed-out" });
      return false;
    }
    if (problem.code === "affect_off" && batch.readings.some((one) => one.expression)) {
      await this.queue.dropExpressions(batch.course_id);
      this.events.affectOff(batch.course_id);
      return true;
    }
    if (problem.status === 403) {
      await this.queue.forget(batch.course_id);
      this.events.stopped(batch.course_id);
      return true;
    }
    await this.queue.remove(key);
    this.events.refused(problem);
    return true;
  }

  private async tell(state: UploadState): Promise<void> {
    this.events.changed(state, await this.queue.count());
  }
}
