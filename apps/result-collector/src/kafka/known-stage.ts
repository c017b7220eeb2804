import { Injectable } from '@nestjs/common';
import { StageConsumer, type StageBatch, type StageEffects, type StageHandler } from '@windlass/messaging';
import { gather } from '../gather.ts';
import type { FactStore } from '../ports.ts';
import { ReplayPace } from '../replay-pace.ts';

export interface KnownStageOptions {
  readonly store: FactStore;
  /** Start of the oldest window that is kept, at this time. */
  readonly oldestKeptUs: (nowUs: number) => number;
  /** Records of windows older than that. */
  readonly onExpired: (records: number) => void;
  /** Topic of the panes of replays. */
  readonly replayTopic: string;
}

/**
 * Stores what panes and outcomes tell.
 * Redelivery: a fact is written once, by its key; of a window the highest version wins. Rebalance: nothing of a partition is cached, so
 * it is taken and given back without a thought. Poison: a record whose ids are none goes to the dead letters. Back-pressure: one
 * statement a kind of fact and batch; the stage takes larger batches while it lags. Panes of replays wait in their topic beyond a pace.
 */
@Injectable()
@StageConsumer({ stage: 'result-collector', families: ['panes', 'outcomes'] })
export class KnownStage implements StageHandler {
  private readonly options: KnownStageOptions;
  private readonly pace = new ReplayPace();
  private prompt: (partition: number) => void = () => undefined;

  constructor(options: KnownStageOptions) {
    this.options = options;
  }

  acquire(): Promise<void> {
    return Promise.resolve();
  }

  release(): void {}

  roomFor(partition: number, topic: string): number {
    if (topic !== this.options.replayTopic) return Number.POSITIVE_INFINITY;
    return this.pace.roomFor(partition);
  }

  /** How to have `handle` called soon for a partition although nothing has come. */
  promptedBy(prompt: (partition: number) => void): void {
    this.prompt = prompt;
  }

  /** Told at the end of each period. */
  renew(): void {
    this.pace.next().forEach((partition) => this.prompt(partition));
  }

  handle({ partition, inputs, nowUs }: StageBatch): Promise<StageEffects> {
    const { store, oldestKeptUs, onExpired } = this.options;
    const { steps, rejected, expired } = gather(inputs, { oldestUs: oldestKeptUs(nowUs) });
    if (expired > 0) onExpired(expired);
    this.countPanes(partition, inputs);
    return Promise.resolve({
      messages: [],
      timers: [],
      rejected,
      write: async (tx) => {
        for (const facts of steps) await store.write(tx, facts);
      },
    });
  }

  private countPanes(partition: number, inputs: StageBatch['inputs']): void {
    const panes = inputs.flatMap((one) => (one.kind === 'record' && one.family === 'panes' ? [one.topic] : []));
    const replays = panes.filter((topic) => topic === this.options.replayTopic).length;
    this.pace.take(partition, replays);
    if (panes.length > replays) this.pace.sawLive();
  }
}
