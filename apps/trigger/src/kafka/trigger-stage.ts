import { Injectable } from '@nestjs/common';
import {
  StageConsumer,
  type Diversion,
  type InboundRecord,
  type StageBatch,
  type StageEffects,
  type StageHandler,
  type StageTransaction,
  type UndecodedRecord,
} from '@windlass/messaging';
import type { Listening } from '../listening.ts';
import { UNREADABLE, type Overflow } from '../overflow/overflow.ts';
import type { PolicyRounds } from '../policy-rounds.ts';
import type { Trigger } from '../trigger.ts';

/**
 * Windows from signals, emissions, outcomes, and what the members of groups have counted.
 * Redelivery: a record is applied once; a signal that was sent twice is known by its id, an emission by its window, a member's report by its
 * number. Rebalance: the
 * states of a partition that is lost are forgotten, and read again by the next owner. Poison: a record that breaks a rule goes to the
 * dead letters with the rule. Back-pressure: states are read and written in bulk, one row a source and batch; the stage takes larger
 * batches while it lags; a source that sends more than it may is parked. Policies: when they change, and when a partition has been taken, the
 * stage is prompted, because no record may come of the sources that must be told. While the registry has not been read, everything waits.
 */
@Injectable()
@StageConsumer({ stage: 'trigger', families: ['signals', 'emissions', 'outcomes', 'group-signals'] })
export class TriggerStage implements StageHandler {
  private readonly trigger: Trigger;
  private readonly listening: Listening;
  private readonly overflow: Overflow;
  private readonly policyRounds: PolicyRounds;

  constructor(parts: {
    readonly trigger: Trigger;
    readonly listening: Listening;
    readonly overflow: Overflow;
    readonly policyRounds: PolicyRounds;
  }) {
    this.trigger = parts.trigger;
    this.listening = parts.listening;
    this.overflow = parts.overflow;
    this.policyRounds = parts.policyRounds;
  }

  /** How to have `handle` called soon although nothing has come: when policies change, silent sources are told. */
  promptedBy(prompt: () => void): void {
    this.policyRounds.promptedBy(prompt);
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

  diverts(record: UndecodedRecord): Diversion | undefined {
    return this.overflow.diverts(record);
  }

  /** What comes back of a parked source is counted by its offset, whether it can be read or not. */
  standIn(record: InboundRecord): unknown {
    return this.overflow.awaits(record) ? UNREADABLE : undefined;
  }

  handle(batch: StageBatch, tx: StageTransaction): Promise<StageEffects> {
    return this.trigger.handle(batch, tx);
  }
}
