import type { SourceState } from '@windlass/windowing';
import { detached } from './postgres/source-state.codec.ts';
import { RecencyShelf } from './recency-shelf.ts';
import { placeBytesOf, RowMemory, type Row } from './row-memory.ts';

/** A source as it is stored, and its state if that is in memory unpacked. */
export interface CachedSource {
  readonly packed: Buffer;
  readonly state: SourceState | null;
}

/** When a source was used, and before that; processing time. */
export interface Use {
  readonly usedUs: number;
  readonly usedBeforeUs: number;
}

/** A source that sends more seldom is unpacked anew each time: that costs less than the memory, and its collection, of one state in so long. */
const OFTEN_US = 1_000_000;

/** What a source takes in memory, measured and rounded up. */
const ROW_BYTES = 250;
const STATE_BYTES = 1_500;
const ELEMENT_BYTES = 32;
const WINDOW_BYTES = 500;
const KEPT_BYTES = 400;

interface Shelves {
  /** Sources that send often, unpacked: nothing is to be read before their next step. */
  readonly states: RecencyShelf<CachedSource>;
  /** Others, packed: about a tenth of the memory. */
  readonly rows: RecencyShelf<Row>;
  readonly memory: RowMemory;
}

/**
 * Sources of partitions that are held. Bounded in bytes, in equal shares of the partitions: up to half of a share for states, the rest
 * for packed rows. What is not here is read from the store.
 */
export class SourceCache {
  private readonly limitBytes: number;
  private readonly partitions = new Map<number, Shelves>();

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  get bytes(): number {
    let bytes = 0;
    for (const { states, rows } of this.partitions.values()) bytes += states.bytes + rows.bytes;
    return bytes;
  }

  acquire(partition: number): void {
    const memory = new RowMemory();
    this.partitions.set(partition, {
      states: new RecencyShelf(),
      rows: new RecencyShelf((row) => memory.release(row)),
      memory,
    });
  }

  release(partition: number): void {
    this.partitions.delete(partition);
  }

  /** Sources of one batch. The packed rows may be read until the source is set, or the next call. */
  get(partition: number, sources: readonly string[]): (CachedSource | undefined)[] {
    const shelves = this.partitions.get(partition);
    if (!shelves) return sources.map(() => undefined);
    const { states, rows, memory } = shelves;
    memory.reclaim();
    return sources.map((source) => {
      const known = states.get(source);
      if (known) return known;
      const row = rows.get(source);
      return row && { packed: memory.read(row), state: null };
    });
  }

  set(
    partition: number,
    source: string,
    { packed, state }: CachedSource & { readonly state: SourceState },
    use: Use,
  ): void {
    const shelves = this.partitions.get(partition);
    if (!shelves) return;
    const { states, rows, memory } = shelves;
    const share = this.limitBytes / this.partitions.size;
    const isOften = use.usedUs - use.usedBeforeUs <= OFTEN_US;
    const bytes = bytesOf(state) + packed.length;
    if (isOften && states.offer(source, { bytes, ...use }, share / 2, () => ({ packed, state: detached(state) }))) {
      rows.delete(source);
      return rows.shrinkTo(share - states.bytes);
    }
    states.delete(source);
    const rowBytes = ROW_BYTES + placeBytesOf(packed.length);
    rows.offer(source, { bytes: rowBytes, ...use }, share - states.bytes, (before) => memory.store(packed, before));
  }
}

function bytesOf({ log, types, kept }: SourceState): number {
  let windows = 0;
  for (const type of types.values()) windows += type.windows.length;
  return STATE_BYTES + log.timesUs.length * ELEMENT_BYTES + windows * WINDOW_BYTES + kept.length * KEPT_BYTES;
}
