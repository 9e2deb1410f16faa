/** One thing as it is being written: what is saved, what stands in the fields, what is wrong. */
import { failureOf, type Failure } from "../../api/failure.ts";
import { fieldErrors } from "../field-errors.ts";
import type { Errors } from "./checks.ts";

export class Draft<T extends object> {
  now: T = $state()!;
  saving = $state(false);
  failure = $state.raw<Failure | null>(null);
  /** What the platform said of fields; gone with the next change that is saved. */
  #refused = $state.raw<Errors>({});
  #saved = $state.raw("");
  readonly #check: (draft: T) => Errors;
  readonly #send: (draft: T) => Promise<T>;

  /** `send` answers with what the platform kept. */
  constructor(saved: T, check: (draft: T) => Errors, send: (draft: T) => Promise<T>) {
    this.#check = check;
    this.#send = send;
    this.now = saved;
    this.#saved = JSON.stringify(saved);
  }

  get unsaved(): boolean {
    return JSON.stringify(this.now) !== this.#saved;
  }

  get errors(): Errors {
    return { ...this.#refused, ...this.#check(this.now) };
  }

  /** Saves, unless a field is wrong; answers whether all is saved. */
  async save(): Promise<boolean> {
    if (!this.unsaved) return true;
    this.#refused = {};
    if (Object.keys(this.errors).length > 0 || this.saving) return false;
    this.saving = true;
    this.failure = null;
    const sent = JSON.stringify(this.now);
    try {
      const kept = await this.#send($state.snapshot(this.now) as T);
      // What was typed meanwhile stays, and stays unsaved.
      if (JSON.stringify(this.now) === sent) this.now = kept;
      this.#saved = JSON.stringify(kept);
      return !this.unsaved;
    } catch (error) {
      this.failure = failureOf(error);
      this.#refused = fieldErrors(error);
      return false;
    } finally {
      this.saving = false;
    }
  }

  /** Back to what is saved. */
  drop(): void {
    this.now = JSON.parse(this.#saved) as T;
    this.failure = null;
    this.#refused = {};
  }
}
