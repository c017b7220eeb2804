import type { StageTransaction } from '@windlass/messaging';
import { findPartitions, lockPartitions, makePartition } from './partition-catalog.ts';
import { holds, rangesToMake, type PartitionRange, type PartitionWidth } from './partition-ranges.ts';

/** The partitions that there are, as far as this instance knows, and the making of those that are missing. */
export class Partitions {
  private readonly width: PartitionWidth;
  private known: readonly PartitionRange[] = [];

  constructor(width: PartitionWidth) {
    this.width = width;
  }

  /**
   * Sees to it that windows of these starts can be written in this transaction. What it makes is there when the transaction is
   * committed, so it is believed only when another one finds it.
   */
  async cover(tx: StageTransaction, startsUs: Iterable<number>): Promise<void> {
    const missing = this.missing(startsUs);
    if (missing.length === 0) return;
    const query = tx.query.bind(tx);
    await lockPartitions(query);
    const existing = (await findPartitions(query)).map(({ range }) => range);
    const wanted = rangesToMake(missing, this.width, existing);
    for (const range of wanted) await makePartition(query, range);
    if (wanted.length === 0) this.known = existing;
  }

  /** One of them may be gone: they are looked up again. */
  forget(): void {
    this.known = [];
  }

  private missing(startsUs: Iterable<number>): number[] {
    const missing = new Set<number>();
    let last: PartitionRange | undefined;
    for (const startUs of startsUs) {
      if (last && holds(last, startUs)) continue;
      last = this.known.find((range) => holds(range, startUs));
      if (!last) missing.add(startUs);
    }
    return [...missing];
  }
}
