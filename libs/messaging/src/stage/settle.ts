import type { StageContext } from './context.ts';
import type { EncodedMessage } from './encoded-message.ts';
import type { DueTimer, StageBatch, StageEffects, TimerChange } from './handler.ts';
import type { Intake } from './intake.ts';
import { asRejected, encodeOutbound } from './outbound.ts';
import { countParked } from './parking.ts';
import { encodePending } from './pending.ts';
import type { StageRecord } from './stage-record.ts';
import type { StageCommit, StageLease, StagePosition } from './store.ts';

/** A batch as it was taken from the inbox, decoded. */
export interface Work {
  readonly intake: Intake;
  readonly batch: StageBatch;
  readonly positions: readonly StagePosition[];
  /** Somebody has asked for a batch, also of nothing. */
  readonly prompted: boolean;
}

/**
 * What a batch's effects come to: the messages to publish, encoded, and the commit that holds them. A timer that fired is cleared unless
 * it was set again.
 * @throws {ContractError} INVALID_MESSAGE: the handler's mistake.
 */
export function settle(
  context: StageContext,
  lease: StageLease,
  { batch, intake, positions }: Work,
  effects: StageEffects,
): { messages: EncodedMessage[]; change: StageCommit } {
  const { nowUs } = batch;
  const encoded = encodeOutbound(context, effects.messages, {
    source: `/windlass/${context.name}`,
    nowUs,
    idPrefix: `${context.name}-${lease.partition}-${lease.commitNo + 1n}`,
  });
  const rejected = effects.rejected.map(({ record, to, code, message, headers }) =>
    asRejected(context.topics, record as StageRecord, { to, code, message, headers, stage: context.name, nowUs }),
  );
  const timers = new Map<string, TimerChange>();
  for (const input of batch.inputs) if (input.kind === 'timer') timers.set(input.key, cleared(input));
  for (const change of effects.timers) timers.set(change.key, change);

  const messages = [...encoded.messages, ...rejected, ...intake.deadLetters, ...intake.forwarded];
  const pending = encodePending(messages);
  countParked(context, lease.partition, encoded.parked);
  return { messages, change: { pending, positions, timers: [...timers.values()], parked: encoded.parked, gaps: [] } };
}

/** Told after the commit, so that nothing is counted twice. */
export function countCommit({ metrics }: StageContext, { batch, intake }: Work, effects: StageEffects): void {
  const rejected = { dlq: 0, late: 0, overflow: 0 };
  for (const { to } of effects.rejected) rejected[to] += 1;
  const counts = {
    stage_commits_total: 1,
    stage_records_total: intake.inputs.length,
    stage_timers_fired_total: batch.inputs.length - intake.inputs.length,
    stage_messages_total: effects.messages.length,
    stage_forwarded_total: intake.forwarded.length,
    stage_late_total: rejected.late,
    stage_dead_letters_total: rejected.dlq + intake.deadLetters.length,
    stage_diverted_total: rejected.overflow + intake.diverted.length,
  } as const;
  for (const [name, amount] of Object.entries(counts)) {
    if (amount > 0) metrics.count(name as keyof typeof counts, {}, amount);
  }
}

const cleared = ({ slot, key }: DueTimer): TimerChange => ({ slot, key, dueUs: null });
