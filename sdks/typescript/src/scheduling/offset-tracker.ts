/**
 * Which offsets of one partition are finished, so that a position is committed only when everything before it is: a crash
 * then repeats work, and never loses any. Offsets are numbers: exact up to 2^53.
 */
export class OffsetTracker {
  /** Everything below is finished. */
  #position: number;
  /** The next offset that has not been seen. */
  #next: number;
  /** Seen, not finished. */
  readonly #open = new Set<number>();
  /** The lowest open offset, when it is known. */
  #lowest: number;

  constructor(position: number) {
    this.#position = position;
    this.#next = position;
    this.#lowest = position;
  }

  /** What may be committed: the lowest unfinished offset, or the next one that will come. */
  get position(): number {
    return this.#position;
  }

  /** Seen and not finished. */
  get open(): number {
    return this.#open.size;
  }

  /** False when it was seen before: fetched again after a rebalance. Offsets come in ascending order, with gaps. */
  see(offset: number): boolean {
    if (offset < this.#next) return false;
    if (this.#open.size === 0) this.#position = this.#lowest = offset;
    this.#next = offset + 1;
    this.#open.add(offset);
    return true;
  }

  /** True when the position has moved. Finishing twice is harmless. */
  finish(offset: number): boolean {
    if (!this.#open.delete(offset) || offset !== this.#lowest) return false;
    if (this.#open.size === 0) this.#lowest = this.#next;
    // A set keeps the order of insertion, and offsets were seen in ascending order.
    else
      for (const first of this.#open) {
        this.#lowest = first;
        break;
      }
    this.#position = this.#lowest;
    return true;
  }
}
