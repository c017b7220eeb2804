import { Injectable } from '@nestjs/common';
import {
  StageConsumer,
  type InboundRecord,
  type StageBatch,
  type StageEffects,
  type StageHandler,
  type StageTransaction,
} from '@windlass/messaging';
import type { Listening } from '../listening.ts';
import type { Trigger } from '../trigger.ts';

/**
 * Windows from signals, emissions, outcomes, and what the members of groups have counted.
 * Redelivery: a record is applied once; a signal that was sent twice is known by its id, an emission by its window, a member's report by its
 * number. Rebalance: the
 * states of a partition that is lost are forgotten, and read again by the next owner. Poison: a record that breaks a rule goes to the
 * dead letters with the rule. Back-pressure: states are read and written in bulk, one row a source and batch; the stage takes larger
 * batches while it lags. While the registry has not been read, everything waits.
 */
@Injectable()
@StageConsumer({ stage: 'trigger', families: ['signals', 'emissions', 'outcomes', 'group-signals'] })
export class TriggerStage implements StageHandler {
  private readonly trigger: Trigger;
  private readonly listening: Listening;

  constructor(parts: { readonly trigger: Trigger; readonly listening: Listening }) {
    this.trigger = parts.trigger;
    this.listening = parts.listening;
  }

  acquire(partition: number): Promise<void> {
    this.listening.begin(partition);
    return this.trigger.acquire(partition);
  }

  release(partition: number): void {
    this.trigger.release(partition);
  }

  passesOver(record: InboundRecord): boolean {
    return this.trigger.passesOver(record);
  }

  handle(batch: StageBatch, tx: StageTransaction): Promise<StageEffects> {
    return this.trigger.handle(batch, tx);
  }
}
