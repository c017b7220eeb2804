import { Injectable } from '@nestjs/common';
import { StageConsumer, type StageBatch, type StageEffects, type StageHandler } from '@windlass/messaging';
import { gather } from '../gather.ts';
import type { FactStore } from '../ports.ts';

export interface KnownStageOptions {
  readonly store: FactStore;
  /** Start of the oldest window that is kept, at this time. */
  readonly oldestKeptUs: (nowUs: number) => number;
  /** Records of windows older than that. */
  readonly onExpired: (records: number) => void;
}

/**
 * Stores what panes and outcomes tell.
 * Redelivery: a fact is written once, by its key; of a window the highest version wins. Rebalance: nothing of a partition is cached, so
 * it is taken and given back without a thought. Poison: a record whose ids are none goes to the dead letters. Back-pressure: one
 * statement a kind of fact and batch; the stage takes larger batches while it lags.
 */
@Injectable()
@StageConsumer({ stage: 'result-collector', families: ['panes', 'outcomes'] })
export class KnownStage implements StageHandler {
  private readonly options: KnownStageOptions;

  constructor(options: KnownStageOptions) {
    this.options = options;
  }

  acquire(): Promise<void> {
    return Promise.resolve();
  }

  release(): void {}

  handle({ inputs, nowUs }: StageBatch): Promise<StageEffects> {
    const { store, oldestKeptUs, onExpired } = this.options;
    const { steps, rejected, expired } = gather(inputs, { oldestUs: oldestKeptUs(nowUs) });
    if (expired > 0) onExpired(expired);
    return Promise.resolve({
      messages: [],
      timers: [],
      rejected,
      write: async (tx) => {
        for (const facts of steps) await store.write(tx, facts);
      },
    });
  }
}
