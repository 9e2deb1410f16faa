/**
 * Batches that wait to be sent: in IndexedDB, under the account that made them, bounded.
 * Each operation is one transaction, so a page that dies in between leaves no half of it.
 */
import { withoutExpressions, type ObservationBatch } from "./batch.ts";

/** An hour of ten-second batches. */
export const MOST_BATCHES = 360;

export interface WaitingBatch {
  /** Its place in the order. */
  readonly key: number;
  readonly batch: ObservationBatch;
}

interface Row {
  readonly account: string;
  readonly batch: ObservationBatch;
}

const STORE = "batches";
const BY_ACCOUNT = "account";

export class BatchQueue {
  private readonly database: IDBDatabase;
  private readonly account: string;
  private readonly most: number;

  private constructor(database: IDBDatabase, account: string, most: number) {
    this.database = database;
    this.account = account;
    this.most = most;
  }

  /** @param account whose batches: another account of this browser never sees them. */
  static async open(account: string, most = MOST_BATCHES, name = "mien"): Promise<BatchQueue> {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      const store = request.result.createObjectStore(STORE, { autoIncrement: true });
      store.createIndex(BY_ACCOUNT, BY_ACCOUNT);
    };
    return new BatchQueue(await done(request), account, most);
  }

  /** Adds a batch. Where that is too many the oldest goes, and the new one tells of it. */
  async add(batch: ObservationBatch): Promise<void> {
    await this.transact("readwrite", async (store) => {
      const keys = await done(store.index(BY_ACCOUNT).getAllKeys(this.account));
      let lost = batch.lost_readings;
      for (const key of keys.slice(0, Math.max(0, keys.length + 1 - this.most))) {
        const { batch: oldest } = (await done(store.get(key))) as Row;
        lost += oldest.readings.length + oldest.lost_readings;
        store.delete(key);
      }
      store.add({ account: this.account, batch: { ...batch, lost_readings: lost } });
    });
  }

  /** The oldest batch; null where none waits. */
  next(): Promise<WaitingBatch | null> {
    return this.transact("readonly", async (store) => {
      const cursor = await done(store.index(BY_ACCOUNT).openCursor(this.account));
      if (!cursor) return null;
      return { key: cursor.primaryKey as number, batch: (cursor.value as Row).batch };
    });
  }

  async remove(key: number): Promise<void> {
    await this.transact("readwrite", (store) => done(store.delete(key)));
  }

  count(): Promise<number> {
    return this.transact("readonly", (store) => done(store.index(BY_ACCOUNT).count(this.account)));
  }

  /** Takes the expressions out of what waits of a course. */
  async dropExpressions(course: string): Promise<void> {
    await this.eachOf(course, (store, key, row) => {
      store.put({ ...row, batch: withoutExpressions(row.batch) }, key);
    });
  }

  /** Forgets what waits of a course: when consent is taken back there. */
  async forget(course: string): Promise<void> {
    await this.eachOf(course, (store, key) => store.delete(key));
  }

  /** Forgets everything of this account: when it is deleted. */
  async clear(): Promise<void> {
    await this.transact("readwrite", async (store) => {
      for (const key of await done(store.index(BY_ACCOUNT).getAllKeys(this.account))) {
        store.delete(key);
      }
    });
  }

  close(): void {
    this.database.close();
  }

  /** Changes the rows of one course; consent, and so every refusal, is of a course. */
  private async eachOf(
    course: string,
    change: (store: IDBObjectStore, key: IDBValidKey, row: Row) => void,
  ): Promise<void> {
    await this.transact("readwrite", async (store) => {
      for (const key of await done(store.index(BY_ACCOUNT).getAllKeys(this.account))) {
        const row = (await done(store.get(key))) as Row;
        if (row.batch.course_id === course) change(store, key, row);
      }
    });
  }

  private async transact<T>(
    mode: IDBTransactionMode,
    work: (store: IDBObjectStore) => Promise<T>,
  ): Promise<T> {
    const transaction = this.database.transaction(STORE, mode);
    const completed = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error("aborted"));
    });
    const result = await work(transaction.objectStore(STORE));
    await completed;
    return result;
  }
}

/**
 * Forgets what waits of an account in this browser, whatever page is open.
 *
 * @param course of this course alone; left out: of all.
 */
export async function forgetBatches(account: string, course?: string): Promise<void> {
  const queue = await BatchQueue.open(account);
  try {
    await (course === undefined ? queue.clear() : queue.forget(course));
  } finally {
    queue.close();
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB failed"));
  });
}
