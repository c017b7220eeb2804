import type { Heartbeat } from '@windlass/contracts';
import {
  type InboundRecord,
  type OutboundMessage,
  type StageBatch,
  StageConsumer,
  type StageEffects,
  type StageHandler,
  type StageTransaction,
} from '@windlass/messaging';
import { writeInstances } from './postgres/instance-rows.ts';
import type { ProcessorLooks } from './processor-looks.ts';

/** The timer of the next look at all processors; its row is made by a migration, so the first look comes without any heartbeat. */
const WATCH_TIMER = { slot: 0, key: '!watch' } as const;

/**
 * Keeps the last heartbeat of each instance, and looks at all processors from time to time: who is silent, whose window topic grows.
 * Redelivery and order of heartbeats do not matter: the latest by the instance's clock is kept. What a look tells and what it remembers
 * are one commit, so each notice is made once. The topic has one partition, so one instance of the service does all this at a time.
 */
@StageConsumer({ stage: 'dag-registry', families: ['heartbeats'] })
export class HeartbeatStage implements StageHandler {
  private readonly looks: ProcessorLooks;
  private readonly watchEveryUs: number;
  private listeningSinceUs = Number.POSITIVE_INFINITY;

  constructor({ looks, watchEveryUs }: { readonly looks: ProcessorLooks; readonly watchEveryUs: number }) {
    this.looks = looks;
    this.watchEveryUs = watchEveryUs;
  }

  async acquire(): Promise<void> {
    this.listeningSinceUs = Number.POSITIVE_INFINITY;
  }

  release(): void {}

  async handle({ inputs, nowUs, backlogRecords }: StageBatch, tx: StageTransaction): Promise<StageEffects> {
    this.listeningSinceUs = Math.min(this.listeningSinceUs, nowUs);
    const beats = inputs.filter((input): input is InboundRecord<Heartbeat> => input.kind === 'record');
    await writeInstances(tx, { beats: latestOf(beats), nowUs });
    const isDue = inputs.some((input) => input.kind === 'timer');
    const messages: OutboundMessage[] = [];
    // Who waits behind this batch may have been heard of.
    if (isDue && backlogRecords === 0)
      messages.push(...(await this.looks.look(tx, { nowUs, listeningSinceUs: this.listeningSinceUs })));
    const timers = isDue ? [{ ...WATCH_TIMER, dueUs: nowUs + this.watchEveryUs }] : [];
    return { messages, timers, rejected: [] };
  }
}

function latestOf(beats: readonly InboundRecord<Heartbeat>[]): InboundRecord<Heartbeat>[] {
  const latest = new Map<string, InboundRecord<Heartbeat>>();
  for (const beat of beats) {
    const instance = JSON.stringify([beat.value.processor, beat.value.instance]);
    const known = latest.get(instance);
    if (!known || known.value.atUs <= beat.value.atUs) latest.set(instance, beat);
  }
  return [...latest.values()];
}
