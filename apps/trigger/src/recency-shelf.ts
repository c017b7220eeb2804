interface Entry<T> {
  readonly value: T;
  readonly bytes: number;
  /** Processing time at which it was used last. */
  readonly usedUs: number;
}

/** What is put on a shelf. */
export interface Offer<T> {
  readonly value: T;
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
  /** Longest unused first. */
  private readonly entries = new Map<string, Entry<T>>();
  private heldBytes = 0;
  /** None of them was used before this: spares looking for the oldest, which costs a walk over the places of deleted ones. */
  private noneBeforeUs = 0;

  get bytes(): number {
    return this.heldBytes;
  }

  get(key: string): T | undefined {
    return this.entries.get(key)?.value;
  }

  delete(key: string): void {
    this.heldBytes -= this.entries.get(key)?.bytes ?? 0;
    this.entries.delete(key);
  }

  /** @returns whether it was taken. */
  offer(key: string, { value, bytes, usedUs, usedBeforeUs }: Offer<T>, limitBytes: number): boolean {
    this.delete(key);
    if (this.heldBytes + bytes > limitBytes && !this.makeRoom(limitBytes - bytes, usedBeforeUs)) return false;
    this.entries.set(key, { value, bytes, usedUs });
    this.heldBytes += bytes;
    return true;
  }

  /** Gives up what was used longest ago. */
  shrinkTo(limitBytes: number): void {
    if (this.heldBytes <= limitBytes) return;
    for (const oldest of this.entries.keys()) {
      if (this.heldBytes <= limitBytes) return;
      this.delete(oldest);
    }
  }

  private makeRoom(leftBytes: number, usedBeforeUs: number): boolean {
    if (this.noneBeforeUs > usedBeforeUs) return false;
    for (const [oldest, { usedUs }] of this.entries) {
      if (this.heldBytes <= leftBytes) break;
      this.noneBeforeUs = usedUs;
      if (usedUs > usedBeforeUs) return false;
      this.delete(oldest);
    }
    return this.heldBytes <= leftBytes;
  }
}
