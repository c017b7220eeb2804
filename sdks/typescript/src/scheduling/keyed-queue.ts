/**
 * Work in the order it came, but never two of one key at a time: each source's tasks run one after the other, sources beside
 * each other. All operations take constant time.
 */
export class KeyedQueue<T extends { readonly key: string }> {
  /** Waiting items of a key; present, and maybe empty, while the key has items or one is taken. */
  readonly #lanes = new Map<string, Lane<T>>();
  /** Lanes that have an item to take. */
  #ready: Lane<T>[] = [];
  #readyHead = 0;
  #waiting = 0;

  /** Items not taken yet. */
  get waiting(): number {
    return this.#waiting;
  }

  add(item: T): void {
    let lane = this.#lanes.get(item.key);
    if (!lane) this.#lanes.set(item.key, (lane = { items: [], head: 0, taken: false }));
    lane.items.push(item);
    this.#waiting++;
    if (!lane.taken && lane.items.length - lane.head === 1) this.#ready.push(lane);
  }

  /** The next item whose key is free; its key is taken until {@link done}. */
  take(): T | undefined {
    while (this.#readyHead < this.#ready.length) {
      const lane = this.#ready[this.#readyHead++]!;
      if (this.#readyHead > 1_000 && this.#readyHead * 2 > this.#ready.length) {
        this.#ready = this.#ready.slice(this.#readyHead);
        this.#readyHead = 0;
      }
      if (lane.head === lane.items.length) continue;
      lane.taken = true;
      this.#waiting--;
      return lane.items[lane.head++];
    }
    return undefined;
  }

  /** The taken item of this key is finished. */
  done(key: string): void {
    const lane = this.#lanes.get(key);
    if (!lane) return;
    lane.taken = false;
    if (lane.head === lane.items.length) {
      this.#lanes.delete(key);
      return;
    }
    if (lane.head > 100) {
      lane.items.splice(0, lane.head);
      lane.head = 0;
    }
    this.#ready.push(lane);
  }

  /** Takes out the waiting items that `unwanted` names; taken ones stay taken. */
  remove(unwanted: (item: T) => boolean): T[] {
    const removed: T[] = [];
    for (const [key, lane] of this.#lanes) {
      const kept: T[] = [];
      for (const item of lane.items.slice(lane.head)) (unwanted(item) ? removed : kept).push(item);
      lane.items = kept;
      lane.head = 0;
      if (kept.length === 0 && !lane.taken) this.#lanes.delete(key);
    }
    this.#waiting -= removed.length;
    this.#ready = this.#ready.slice(this.#readyHead).filter((lane) => lane.items.length > 0);
    this.#readyHead = 0;
    return removed;
  }
}

interface Lane<T> {
  items: T[];
  head: number;
  taken: boolean;
}
