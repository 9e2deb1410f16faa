/** Queue and sender together, as a page uses them. */
import { sendJson, type Problem } from "../api/send.ts";
import type { ObservationBatch } from "./batch.ts";
import { BatchQueue } from "./queue.ts";
import { Uploader, type UploadEvents, type UploadState } from "./upload.ts";

const INGEST = "/api/v1/observations";

export class Outbox {
  state = $state.raw<UploadState>({ kind: "idle" });
  /** Batches that wait. */
  waiting = $state(0);
  /** Batches that the platform refused as malformed: a defect. */
  refused = $state(0);
  /** Batches that this browser could not keep, such as on a full disk. */
  unkept = $state(0);

  private readonly queue: Promise<BatchQueue>;
  private readonly uploader: Promise<Uploader>;
  private readonly onOnline = () => void this.retry();

  /**
   * @param account whose readings these are.
   * @param told of what the platform takes no more, and in which course.
   */
  constructor(account: string, told: Pick<UploadEvents, "affectOff" | "stopped">) {
    this.queue = BatchQueue.open(account);
    this.uploader = this.queue.then(
      (queue) =>
        new Uploader(
          queue,
          {
            post: (body) => sendJson("POST", INGEST, body, account),
            unixS: () => Date.now() / 1000,
            wait,
            alone,
          },
          {
            changed: (state, waiting) => {
              this.state = state;
              this.waiting = waiting;
            },
            ...told,
            refused: (problem: Problem) => {
              this.refused++;
              console.error(`Observations were refused: ${problem.code}`);
            },
          },
        ),
    );
    addEventListener("online", this.onOnline);
    void this.send(); // what an earlier visit left
  }

  async add(batch: ObservationBatch): Promise<void> {
    try {
      const queue = await this.queue;
      await queue.add(batch);
      this.waiting = await queue.count();
    } catch {
      this.unkept++;
      return;
    }
    await this.send();
  }

  /** After a log-in, or when the network is back. */
  async retry(): Promise<void> {
    await this.uploader.then((uploader) => uploader.retry()).catch(() => {});
  }

  /** Forgets what waits of a course: when consent is taken back there. */
  async forget(course: string): Promise<void> {
    const queue = await this.queue;
    await queue.forget(course);
    this.waiting = await queue.count();
  }

  async close(): Promise<void> {
    removeEventListener("online", this.onOnline);
    await this.uploader.then((uploader) => uploader.close()).catch(() => {});
    await this.queue.then((queue) => queue.close()).catch(() => {});
  }

  private async send(): Promise<void> {
    await this.uploader.then((uploader) => uploader.send()).catch(() => {});
  }
}

function wait(seconds: number, wake: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 1000 * seconds);
    wake.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

async function alone(work: () => Promise<void>): Promise<void> {
  // Two pages that send at once would only send twice what counts once.
  if (!navigator.locks) return work();
  await navigator.locks.request("mien-upload", work);
}
