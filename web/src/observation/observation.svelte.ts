/** One learner's observation: camera → worker → readings → batches, and what is told of it. */
import type { Box } from "../vision/picture.ts";
import { Observer } from "../vision/observer.ts";
import type { Reading } from "../vision/reading.ts";
import { Batcher, type Place } from "./batch.ts";
import { Camera, CameraError } from "./camera.ts";
import type { Outbox } from "./outbox.svelte.ts";
import { cameraIsOn, gapSentence, type Phase } from "./phases.ts";

export interface ObservationSettings {
  /** Seconds from picture to picture. */
  readonly intervalS: number;
  /** Whether expressions are read. */
  readonly affect: boolean;
}

export const DEFAULT_SETTINGS: ObservationSettings = { intervalS: 1, affect: true };

/** A reading with the very picture it was made of: for the self view, on this screen only. */
export interface Look {
  readonly reading: Reading;
  readonly picture: ImageBitmap;
  readonly tookMs: number;
}

/** A tick so much later than planned means that the computer slept, seconds. */
const SLEPT_S = 10;
/** So many pictures in a row that could not be read mean that the models are broken. */
const MOST_FAILURES = 5;
/** How long nobody may be seen before the page says so, seconds. */
const UNSEEN_S = 5;

export class Observation {
  phase = $state<Phase>("off");
  /** Bytes of models and runtime that have come so far. */
  loadedBytes = $state(0);
  look = $state.raw<Look | null>(null);
  /** A sentence about the last time without readings; "" for none. */
  gap = $state("");
  /** Nobody was seen for some seconds. */
  unseen = $state(false);
  intervalS = $state(DEFAULT_SETTINGS.intervalS);
  affect = $state(DEFAULT_SETTINGS.affect);
  /** What is on the learner's screen; null: readings are shown, but not sent. */
  place: Place | null = null;

  private readonly outbox: Outbox | null;
  private batcher: Batcher;
  private camera: Camera | null = null;
  private observer: Observer | null = null;
  /** The observer's start; rejected where the models could not be had. */
  private ready: Promise<number> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastTickMs = 0;
  private lastSeenMs = 0;
  private hiddenSinceMs = 0;
  private failures = 0;
  /** Raised by every start and stop, so that what was begun before ends by itself. */
  private run = 0;

  /** @param outbox where finished batches go; null: nothing is ever sent. */
  constructor(outbox: Outbox | null = null, settings: Partial<ObservationSettings> = {}) {
    this.outbox = outbox;
    this.intervalS = settings.intervalS ?? DEFAULT_SETTINGS.intervalS;
    this.affect = settings.affect ?? DEFAULT_SETTINGS.affect;
    this.batcher = new Batcher(this.intervalS, (batch) => void outbox?.add(batch));
  }

  /** Listens to the page; answers how to stop everything. For Svelte's onMount. */
  attach(): () => void {
    const onVisibility = () => this.onVisibility();
    const onHide = () => this.batcher.finish();
    document.addEventListener("visibilitychange", onVisibility);
    addEventListener("pagehide", onHide);
    return () => {
      document.removeEventListener("visibilitychange", onVisibility);
      removeEventListener("pagehide", onHide);
      this.close();
    };
  }

  /** Fetches and warms up the models before the camera is asked for: before a lesson. */
  async prepare(): Promise<void> {
    if (this.ready) return this.ready.then(() => {});
    this.loadedBytes = 0;
    const observer = new Observer();
    this.observer = observer;
    this.ready = observer.start(this.affect, (bytes) => (this.loadedBytes = bytes));
    try {
      await this.ready;
    } catch (error) {
      if (this.observer === observer) this.dropModels();
      throw error;
    }
  }

  /** Asks for the camera and begins to read. */
  async start(): Promise<void> {
    const run = ++this.run;
    this.gap = "";
    this.phase = "asking";
    const models = this.prepare();
    models.catch(() => {}); // told below, once the camera has answered
    try {
      const camera = await Camera.open(() => this.onLost());
      if (run !== this.run) return camera.close();
      this.camera = camera;
      this.phase = "loading";
      await models;
    } catch (error) {
      if (run === this.run) this.end(error instanceof CameraError ? error.fault : "failed");
      return;
    }
    if (run !== this.run) return;
    this.failures = 0;
    this.lastTickMs = this.lastSeenMs = Date.now();
    this.hiddenSinceMs = document.hidden ? Date.now() : 0;
    this.phase = document.hidden ? "hidden" : "reading";
    if (this.phase === "reading") void this.tick();
  }

  /** Switches the camera off until `start`. */
  pause(): void {
    this.end("paused");
  }

  stop(): void {
    this.end("off");
  }

  setInterval(seconds: number): void {
    this.batcher.finish();
    this.intervalS = seconds;
    this.batcher = new Batcher(seconds, (batch) => void this.outbox?.add(batch));
  }

  /** Reads expressions or not from now on; without, their model is let go of. */
  async setAffect(affect: boolean): Promise<void> {
    if (affect === this.affect) return;
    // Whoever is still being asked, or whose models still load, has switched it on too.
    const wanted = this.phase === "asking" || cameraIsOn(this.phase);
    this.end(wanted ? "loading" : this.phase);
    this.affect = affect;
    this.dropModels();
    if (wanted) await this.start();
  }

  close(): void {
    this.end("off");
    this.dropModels();
  }

  private dropModels(): void {
    this.observer?.close();
    this.observer = null;
    this.ready = null;
  }

  private end(phase: Phase): void {
    this.run++;
    clearTimeout(this.timer);
    this.camera?.close();
    this.camera = null;
    this.batcher.finish();
    this.look?.picture.close();
    this.look = null;
    this.unseen = false;
    this.phase = phase;
  }

  private onLost(): void {
    if (this.camera) this.end("lost");
  }

  private onVisibility(): void {
    if (document.hidden && this.phase === "reading") {
      clearTimeout(this.timer);
      this.batcher.finish();
      this.hiddenSinceMs = Date.now();
      this.phase = "hidden";
    } else if (!document.hidden && this.phase === "hidden") {
      this.gap = gapSentence("hidden", (Date.now() - this.hiddenSinceMs) / 1000);
      this.resume();
    }
  }

  private resume(): void {
    if (!this.camera?.live) return this.end("lost");
    this.phase = "reading";
    this.lastTickMs = this.lastSeenMs = Date.now();
    void this.tick();
  }

  private async tick(): Promise<void> {
    const { run, camera, observer } = this;
    if (!camera || !observer) return;
    const startedMs = Date.now();
    this.noticeSleep(startedMs);
    this.lastTickMs = startedMs;
    const taken = { unixS: startedMs / 1000, steadyS: performance.now() / 1000 };
    try {
      // A camera that another program or a switch has silenced gives black pictures.
      if (!camera.live) throw new CameraError("lost");
      const previous: Box | null = this.look?.reading.face?.box ?? null;
      const look = await observer.read(await camera.picture(), previous);
      if (run !== this.run || this.phase !== "reading") return look.picture.close();
      this.failures = 0;
      this.show(look);
      if (this.place) this.batcher.add(look.reading, taken, this.place);
    } catch {
      if (run !== this.run) return;
      this.failures++;
      if (!camera.live) return this.end("lost");
      if (this.failures >= MOST_FAILURES) {
        this.dropModels();
        return this.end("failed");
      }
    }
    if (run !== this.run || this.phase !== "reading") return;
    const next = Math.max(0, startedMs + 1000 * this.intervalS - Date.now());
    this.timer = setTimeout(() => void this.tick(), next);
  }

  private noticeSleep(nowMs: number): void {
    const lateS = (nowMs - this.lastTickMs) / 1000 - this.intervalS;
    if (lateS < SLEPT_S) return;
    this.batcher.finish();
    this.gap = gapSentence("slept", lateS);
    this.lastSeenMs = nowMs;
  }

  private show(look: Look): void {
    this.look?.picture.close();
    this.look = look;
    if (look.reading.face) this.lastSeenMs = Date.now();
    this.unseen = Date.now() - this.lastSeenMs >= 1000 * UNSEEN_S;
  }
}
