import { Injectable } from '@nestjs/common';
import {
  StageConsumer,
  type InboundRecord,
  type StageBatch,
  type StageEffects,
  type StageHandler,
} from '@windlass/messaging';
import type { RejectedStore } from '../rejected/ports.ts';
import { rejectedOf } from '../rejected/rejected-record.ts';

/**
 * Stores what the dead-letter and the late topic hold, so that it can be found.
 * Redelivery: a record is stored once, by its id, also if it was published twice. Rebalance: nothing of a partition is cached. Poison:
 * there is none; any bytes, headers and keys are stored as they are. Back-pressure: two statements a batch.
 */
@Injectable()
@StageConsumer({ stage: 'dead-letters', families: ['dlq', 'late'] })
export class RejectedStage implements StageHandler {
  private readonly store: Pick<RejectedStore, 'write'>;

  constructor(store: Pick<RejectedStore, 'write'>) {
    this.store = store;
  }

  acquire(): Promise<void> {
    return Promise.resolve();
  }

  release(): void {}

  handle({ inputs }: StageBatch): Promise<StageEffects> {
    const records = inputs.filter((input): input is InboundRecord => input.kind === 'record').map(rejectedOf);
    return Promise.resolve({
      messages: [],
      timers: [],
      rejected: [],
      write: (tx) => this.store.write(tx, records),
    });
  }
}
