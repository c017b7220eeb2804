import type { Ref } from '@windlass/dag';
import type { SourceState, TypeState } from '@windlass/windowing';

/** Windows by type. */
export type WindowCounts = ReadonlyMap<Ref, number>;

/** Windows that may still change, of the partitions that are held: counted along, so that nobody has to look at every source. */
export class OpenWindows {
  private readonly partitions = new Map<number, Map<Ref, number>>();

  acquire(partition: number, counts: WindowCounts): void {
    this.partitions.set(partition, new Map(counts));
  }

  release(partition: number): void {
    this.partitions.delete(partition);
  }

  /** @returns whether the counts are others now. */
  change(partition: number, before: SourceState, after: SourceState): boolean {
    const counts = this.partitions.get(partition);
    if (!counts) return false;
    let isOther = false;
    for (const [ref, type] of after.types) {
      const known = before.types.get(ref);
      if (known === type) continue;
      const by = openIn(type) - (known ? openIn(known) : 0);
      if (by === 0) continue;
      isOther = true;
      counts.set(ref, (counts.get(ref) ?? 0) + by);
    }
    return isOther;
  }

  of(partition: number): WindowCounts {
    return this.partitions.get(partition) ?? new Map();
  }

  /** Of all partitions that are held. */
  get all(): WindowCounts {
    const all = new Map<Ref, number>();
    for (const counts of this.partitions.values())
      for (const [ref, count] of counts) all.set(ref, (all.get(ref) ?? 0) + count);
    return all;
  }
}

/** Not final, and not withdrawn. */
function openIn({ windows }: TypeState): number {
  let count = 0;
  for (const { finalized, withdrawn } of windows) if (!finalized && !withdrawn) count += 1;
  return count;
}

/** Counts of a whole state. */
export const openWindowsOf = ({ types }: SourceState): WindowCounts =>
  new Map([...types].map(([ref, type]) => [ref, openIn(type)]));
