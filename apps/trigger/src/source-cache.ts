import type { SourceState } from '@windlass/windowing';

/** What a state takes in memory, packed and not, for a byte of its packed row, and for a kept signal: measured, rounded up. */
const STATE_FACTOR = 9;
const KEPT_BYTES = 400;
const ENTRY_BYTES = 1_000;

/** A source's state, and as it is stored: what has not changed is not written again. */
export interface CachedSource {
  readonly state: SourceState;
  readonly packed: Buffer;
}

interface Entry extends CachedSource {
  readonly bytes: number;
}

/**
 * The states of sources of partitions that are held, least recently used first out. Bounded in bytes over all partitions; an entry
 * that is gone is read from the store again.
 */
export class SourceCache {
  private readonly limitBytes: number;
  private readonly partitions = new Map<number, Map<string, Entry>>();
  private heldBytes = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  get bytes(): number {
    return this.heldBytes;
  }

  acquire(partition: number): void {
    this.release(partition);
    this.partitions.set(partition, new Map());
  }

  release(partition: number): void {
    for (const { bytes } of this.partitions.get(partition)?.values() ?? []) this.heldBytes -= bytes;
    this.partitions.delete(partition);
  }

  get(partition: number, source: string): CachedSource | undefined {
    const entries = this.partitions.get(partition);
    const entry = entries?.get(source);
    if (!entries || !entry) return undefined;
    entries.delete(source);
    entries.set(source, entry);
    return entry;
  }

  set(partition: number, source: string, { state, packed }: CachedSource): void {
    const entries = this.partitions.get(partition);
    if (!entries) return;
    this.heldBytes -= entries.get(source)?.bytes ?? 0;
    entries.delete(source);
    const bytes = ENTRY_BYTES + packed.length * STATE_FACTOR + state.kept.length * KEPT_BYTES;
    entries.set(source, { state, packed, bytes });
    this.heldBytes += bytes;
  }

  /** Gives up what was used longest ago, of this partition first. */
  trim(partition: number): void {
    const own = this.partitions.get(partition);
    for (const entries of [...(own ? [own] : []), ...this.partitions.values()])
      for (const [source, { bytes }] of entries) {
        if (this.heldBytes <= this.limitBytes) return;
        entries.delete(source);
        this.heldBytes -= bytes;
      }
  }
}
