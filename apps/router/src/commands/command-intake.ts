import { partitionOf } from '@windlass/contracts';
import { slotsOfPartition, type StageTransaction } from '@windlass/messaging';
import type { PlacedInput, TakenStep } from '../partition-router.ts';
import type { AskedRun, RunCommandStore } from './ports.ts';

/** Commands that one batch takes: bounds its time. */
const MAX_COMMANDS = 200;

/** What one batch takes of the commands that wait; its rows are done in the same transaction. */
export interface TakenCommands {
  readonly inputs: readonly PlacedInput[];
  /** `steps`: of the inputs, in their order. */
  done(tx: StageTransaction, steps: readonly TakenStep[], nowUs: number): Promise<void>;
}

const nothing: TakenCommands = { inputs: [], done: () => Promise.resolve() };

/**
 * Brings commands from their table to the partitions that this instance holds. A row is read and done in one transaction under the
 * partition's fence, so it is followed once, whatever crashes and whoever owns the partition.
 */
export class CommandIntake {
  private readonly waiting = new Set<number>();
  private readonly store: RunCommandStore;
  private readonly partitions: number;

  constructor(store: RunCommandStore, partitions: number) {
    this.store = store;
    this.partitions = partitions;
  }

  /** Looks in the table. True: something waits, for whoever owns it. */
  async look(): Promise<boolean> {
    const slots = await this.store.waitingSlots();
    for (const slot of slots) this.waiting.add(partitionOf(slot, this.partitions));
    return slots.length > 0;
  }

  /** A partition that was just taken may have something that waits. */
  acquired(partition: number): void {
    this.waiting.add(partition);
  }

  async take(partition: number, tx: StageTransaction): Promise<TakenCommands> {
    if (!this.waiting.has(partition)) return nothing;
    const asked = await this.store.waiting(tx, slotsOfPartition(partition, this.partitions), MAX_COMMANDS);
    // The next look finds what is left.
    this.waiting.delete(partition);
    if (asked.length === 0) return nothing;
    return {
      inputs: asked.map(inputOf),
      done: (tx, steps, nowUs) =>
        this.store.done(
          tx,
          asked.map((run, i) => ({ ...run, doneUs: nowUs, refusal: steps[i]!.step.refused })),
        ),
    };
  }
}

const inputOf = ({ slot, key, action, window, executionId, by, why }: AskedRun): PlacedInput => ({
  slot,
  key,
  input: { kind: 'command', command: { action, window, executionId, by, why } },
});
