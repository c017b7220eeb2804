/**
 * What a worker thread is doing, in memory that the main thread can read while the worker is busy: a loop that never yields
 * sends no messages. The main thread ends the worker first and then reads, so nothing changes under it.
 */
const HEADER_BYTES = 128;
/** Answers of a chain so far that are larger travel as a message instead. */
const RECORD_BYTES = 256 * 1024;

const JOB = 0;
const EXECUTION = 1;
const RECORD_LENGTH = 2;
/** From byte 16 on, as 64-bit integers: nanoseconds of the monotonic clock, microseconds since the epoch. */
const LIMIT = 2;
const STARTED = 3;

/** Jobs a thread can hold: one runs, the others wait in it, so that a wake-up serves several. */
export const JOB_SLOTS = 16;
/** From byte 64 on, one word a slot: who has taken the job that waits in it. */
const FIRST_SLOT = 16;
const WAITS = 0;
const CLAIMED = 1;
const RECALLED = 2;

export interface JournalEntry {
  readonly job: number;
  /** Index of the execution that runs. */
  readonly execution: number;
  readonly startedAtUs: number;
  /** Encoded record of the items before it; empty when there are none. */
  readonly record: Buffer;
}

export class Journal {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #longs: BigInt64Array;
  readonly #bytes: Uint8Array;

  constructor(memory = new SharedArrayBuffer(HEADER_BYTES + RECORD_BYTES)) {
    this.memory = memory;
    this.#words = new Int32Array(memory, 0, HEADER_BYTES / 4);
    this.#longs = new BigInt64Array(memory, 0, 4);
    this.#bytes = new Uint8Array(memory, HEADER_BYTES);
  }

  /** Main: a job is about to be posted to this slot. */
  fill(slot: number): void {
    Atomics.store(this.#words, FIRST_SLOT + slot, WAITS);
  }

  /** Worker: takes the job that waits in a slot. False: main has taken it back. */
  claim(slot: number): boolean {
    return Atomics.compareExchange(this.#words, FIRST_SLOT + slot, WAITS, CLAIMED) === WAITS;
  }

  /** Main: takes it back. False: the worker has taken it. */
  recall(slot: number): boolean {
    return Atomics.compareExchange(this.#words, FIRST_SLOT + slot, WAITS, RECALLED) === WAITS;
  }

  /** Worker: an execution begins; its limit is `limitNs` on the monotonic clock. False: the record is too large to note. */
  begin({ job, execution, startedAtUs, record }: JournalEntry, limitNs: bigint): boolean {
    const fits = record.length <= this.#bytes.length;
    this.#words[JOB] = job;
    this.#words[EXECUTION] = execution;
    this.#words[RECORD_LENGTH] = fits ? record.length : 0;
    if (fits) this.#bytes.set(record);
    this.#longs[STARTED] = BigInt(startedAtUs);
    Atomics.store(this.#longs, LIMIT, limitNs);
    return fits;
  }

  /** Worker: nothing runs against a limit. */
  end(): void {
    Atomics.store(this.#longs, LIMIT, 0n);
  }

  isOver(nowNs: bigint): boolean {
    const limit = Atomics.load(this.#longs, LIMIT);
    return limit !== 0n && nowNs >= limit;
  }

  /** Main: only while the worker is ended, or for what may be a moment old. Undefined when nothing runs. */
  read(): JournalEntry | undefined {
    if (Atomics.load(this.#longs, LIMIT) === 0n) return undefined;
    const record = Buffer.from(this.#bytes.slice(0, this.#words[RECORD_LENGTH]));
    const startedAtUs = Number(this.#longs[STARTED]);
    return { job: this.#words[JOB]!, execution: this.#words[EXECUTION]!, startedAtUs, record };
  }
}
