import { Injectable } from '@nestjs/common';
import { StageConsumer, type StageBatch, type StageEffects, type StageHandler } from '@windlass/messaging';
import { gather } from '../gather.ts';
import type { FactStore } from '../ports.ts';

/**
 * Stores what panes and outcomes tell.
 * Redelivery: a fact is written once, by its key; of a window the highest version wins. Rebalance: nothing is cached, so a
 * partition is taken and given back without a thought. Poison: a record whose ids are none goes to the dead letters. Back-pressure:
 * one statement a kind of fact and batch; the stage takes larger batches while it lags.
 */
@Injectable()
@StageConsumer({ stage: 'result-collector', families: ['panes', 'outcomes'] })
export class KnownStage implements StageHandler {
  private readonly store: FactStore;

  constructor(store: FactStore) {
    this.store = store;
  }

  acquire(): Promise<void> {
    return Promise.resolve();
  }

  release(): void {}

  handle(batch: StageBatch): Promise<StageEffects> {
    const { facts, rejected } = gather(batch.inputs, batch.nowUs);
    return Promise.resolve({ messages: [], timers: [], rejected, write: (tx) => this.store.write(tx, facts) });
  }
}
