/** Something that is fetched: not yet there, there, or failed; kept while it is fetched anew. */
import { failureOf, type Failure } from "./failure.ts";

export class Resource<T> {
  value = $state.raw<T | null>(null);
  failure = $state.raw<Failure | null>(null);
  loading = $state(false);

  private readonly fetch: () => Promise<T>;
  private newest = 0;

  /** Begins to fetch at once. */
  constructor(fetch: () => Promise<T>) {
    this.fetch = fetch;
    void this.load();
  }

  /** Fetches anew; an older answer that comes later is dropped. */
  async load(): Promise<void> {
    const mine = ++this.newest;
    this.loading = true;
    try {
      const value = await this.fetch();
      if (mine !== this.newest) return;
      this.value = value;
      this.failure = null;
    } catch (error) {
      if (mine === this.newest) this.failure = failureOf(error);
    } finally {
      if (mine === this.newest) this.loading = false;
    }
  }
}

/** A change that is being sent: busy, and what was wrong with the last try. */
export class Sending {
  busy = $state(false);
  failure = $state.raw<Failure | null>(null);

  /** Runs `work` unless it is running; answers whether it succeeded. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.failure = null;
    try {
      await work();
      return true;
    } catch (error) {
      this.failure = failureOf(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
