/** The page's end of the vision worker. */
import type { Answer, Request } from "./messages.ts";
import type { Box } from "./picture.ts";
import type { Reading } from "./reading.ts";

export interface TimedReading {
  readonly reading: Reading;
  /** The picture that was read; whoever asked closes it. */
  readonly picture: ImageBitmap;
  readonly tookMs: number;
}

/** The models could not be opened; `message` is for the curious, not for the learner. */
export class VisionError extends Error {
  override readonly name = "VisionError";
}

interface Waiting {
  resolve(result: TimedReading): void;
  reject(error: Error): void;
}

/** Reads pictures in a worker of its own; `close` ends it and frees its memory. */
export class Observer {
  private readonly worker = new Worker(new URL("./worker.ts", import.meta.url), {
    type: "module",
    name: "vision",
  });
  private readonly waiting = new Map<number, Waiting>();
  private next = 0;
  private failed: ((error: Error) => void) | null = null;

  /**
   * Fetches and opens the models and warms them up.
   *
   * @param affect whether expressions are read; without, their model is not even fetched.
   * @param loading told the bytes that have come so far.
   * @returns milliseconds that the warm-up took.
   */
  start(affect: boolean, loading: (bytes: number) => void = () => {}): Promise<number> {
    return new Promise((resolve, reject) => {
      let bytes = 0;
      this.failed = reject;
      this.worker.onmessage = ({ data }: MessageEvent<Answer>) => {
        if (data.kind === "loading") loading((bytes += data.bytes));
        else if (data.kind === "ready") resolve(data.warmUpMs);
        else if (data.kind === "failed") this.fail(data.message);
        else this.settle(data);
      };
      this.worker.onerror = (event) => this.fail(event.message || "The vision worker stopped.");
      this.ask({ kind: "start", affect });
    });
  }

  /** Reads one picture, which is handed over to the worker. */
  read(picture: ImageBitmap, previous: Box | null = null): Promise<TimedReading> {
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.ask({ kind: "read", id, picture, previous }, [picture]);
    });
  }

  close(): void {
    this.worker.terminate();
    this.fail("The vision worker was closed.");
  }

  private ask(request: Request, handedOver: Transferable[] = []): void {
    this.worker.postMessage(request, handedOver);
  }

  private settle(answer: Extract<Answer, { id: number }>): void {
    const waiting = this.waiting.get(answer.id);
    this.waiting.delete(answer.id);
    if (answer.kind === "reading") waiting?.resolve(answer);
    else waiting?.reject(new VisionError(answer.message));
  }

  private fail(message: string): void {
    const error = new VisionError(message);
    this.failed?.(error);
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
