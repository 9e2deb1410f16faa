/** One thing as it is being written: what is saved, what stands in the fields, what is wrong. */
import { failureOf, type Failure } from "../../api/failure.ts";
import { fieldErrors } from "../field-errors.ts";
import type { Errors } from "./checks.ts";

/** What the platform keeps; its `version` is another after every change of it. */
export interface Kept<T> {
  readonly draft: T;
  readonly version: string;
}

/** Where a draft is kept. */
export interface Place<T> {
  check(draft: T): Errors;
  /** Saves over `version`, and over no other; answers with what the platform kept. */
  send(draft: T, version: string): Promise<Kept<T>>;
  /** What is kept now. */
  read(): Promise<Kept<T>>;
  /** `mine` as it can be saved over `theirs`; left out: as it is. */
  over?(mine: T, theirs: T): T;
}

export class Draft<T extends object> {
  now: T = $state()!;
  saving = $state(false);
  failure = $state.raw<Failure | null>(null);
  /** What the platform said of fields; gone with the next change that is saved. */
  #refused = $state.raw<Errors>({});
  #saved = $state.raw("");
  #version: string;
  readonly #place: Place<T>;

  constructor({ draft, version }: Kept<T>, place: Place<T>) {
    this.#place = place;
    this.now = draft;
    this.#saved = JSON.stringify(draft);
    this.#version = version;
  }

  get unsaved(): boolean {
    return JSON.stringify(this.now) !== this.#saved;
  }

  get errors(): Errors {
    return { ...this.#refused, ...this.#place.check(this.now) };
  }

  /** Another tab, or somebody else, has changed it since it was read. */
  get changedSince(): boolean {
    return this.failure?.kind === "changed";
  }

  /** Saves, unless a field is wrong; answers whether all is saved. */
  async save(): Promise<boolean> {
    if (!this.unsaved) return true;
    this.#refused = {};
    if (Object.keys(this.errors).length > 0) return false;
    return this.#work(async () => {
      const sent = JSON.stringify(this.now);
      const kept = await this.#place.send($state.snapshot(this.now) as T, this.#version);
      this.#version = kept.version;
      // What was typed meanwhile stays, and stays unsaved.
      if (JSON.stringify(this.now) === sent) this.now = kept.draft;
      this.#saved = JSON.stringify(kept.draft);
    });
  }

  /** Saves over what somebody else has saved since. */
  async saveOver(): Promise<boolean> {
    const found = await this.#work(async () => {
      const kept = await this.#place.read();
      this.#version = kept.version;
      this.#saved = JSON.stringify(kept.draft);
      const mine = $state.snapshot(this.now) as T;
      this.now = this.#place.over?.(mine, kept.draft) ?? mine;
    });
    return found || this.failure !== null ? found : this.save();
  }

  /** Takes what somebody else has saved since; what stands in the fields is dropped. */
  async takeTheirs(): Promise<void> {
    await this.#work(async () => {
      const kept = await this.#place.read();
      this.now = kept.draft;
      this.#saved = JSON.stringify(kept.draft);
      this.#version = kept.version;
    });
  }

  /** Back to what is saved. */
  drop(): void {
    this.now = JSON.parse(this.#saved) as T;
    this.failure = null;
    this.#refused = {};
  }

  /** One thing at a time; answers whether nothing is left unsaved. */
  async #work(work: () => Promise<void>): Promise<boolean> {
    if (this.saving) return false;
    this.saving = true;
    this.failure = null;
    try {
      await work();
      return !this.unsaved;
    } catch (error) {
      this.failure = failureOf(error);
      this.#refused = fieldErrors(error);
      return false;
    } finally {
      this.saving = false;
    }
  }
}
