/** In a list from the one that was used longest ago to the latest. */
interface Entry<T> {
  readonly key: string;
  value: T;
  bytes: number;
  /** Processing time at which it was used last. */
  usedUs: number;
  older: Entry<T> | null;
  newer: Entry<T> | null;
}

/** What is put on a shelf. */
export interface Offer {
  readonly bytes: number;
  readonly usedUs: number;
  /** When it was used before that; 0: never. */
  readonly usedBeforeUs: number;
}

/**
 * Values of a bounded size. One that comes more seldom does not displace one that comes more often: what has to go is what was used
 * longest ago, and only if the newcomer was used since. So when more sources send in turn than there is room for, some always stay,
 * where a plain "least recently used" would let go of each just before it is asked for.
 */
export class RecencyShelf<T> {
  /** A map alone would do, but to find its first entry it walks over the places of all that were deleted before. */
  private readonly entries = new Map<string, Entry<T>>();
  private oldest: Entry<T> | null = null;
  private latest: Entry<T> | null = null;
  private heldBytes = 0;
  private readonly onGone: (value: T) => void;

  /** `onGone`: told of a value that is given up, or deleted; not of one that another takes the place of. */
  constructor(onGone: (value: T) => void = () => undefined) {
    this.onGone = onGone;
  }

  get bytes(): number {
    return this.heldBytes;
  }

  get(key: string): T | undefined {
    return this.entries.get(key)?.value;
  }

  delete(key: string): void {
    const entry = this.entries.get(key);
    if (entry) this.remove(entry);
  }

  /** `valueOf` makes the value of the one before, if it is taken. @returns whether it was. */
  offer(
    key: string,
    { bytes, usedUs, usedBeforeUs }: Offer,
    limitBytes: number,
    valueOf: (before: T | null) => T,
  ): boolean {
    // The entry of a key that comes again is used again: a new one for each would be most of what there is to collect.
    const known = this.entries.get(key);
    if (known) this.unlink(known);
    while (this.heldBytes + bytes > limitBytes) {
      if (!this.oldest || this.oldest.usedUs > usedBeforeUs) {
        if (known) this.forget(known);
        return false;
      }
      this.remove(this.oldest);
    }
    const value = valueOf(known?.value ?? null);
    const entry = known ?? { key, value, bytes, usedUs, older: null, newer: null };
    entry.value = value;
    entry.bytes = bytes;
    entry.usedUs = usedUs;
    if (!known) this.entries.set(key, entry);
    this.append(entry);
    return true;
  }

  /** Gives up what was used longest ago. */
  shrinkTo(limitBytes: number): void {
    while (this.oldest && this.heldBytes > limitBytes) this.remove(this.oldest);
  }

  private append(entry: Entry<T>): void {
    entry.older = this.latest;
    if (this.latest) this.latest.newer = entry;
    this.latest = entry;
    this.oldest ??= entry;
    this.heldBytes += entry.bytes;
  }

  private remove(entry: Entry<T>): void {
    this.unlink(entry);
    this.forget(entry);
  }

  private unlink(entry: Entry<T>): void {
    if (entry.older) entry.older.newer = entry.newer;
    else this.oldest = entry.newer;
    if (entry.newer) entry.newer.older = entry.older;
    else this.latest = entry.older;
    // A dead entry that has grown old would keep younger ones alive until it is collected.
    entry.older = entry.newer = null;
    this.heldBytes -= entry.bytes;
  }

  private forget({ key, value }: Entry<T>): void {
    this.entries.delete(key);
    this.onGone(value);
  }
}
