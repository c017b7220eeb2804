import type { Notice } from '@windlass/contracts';
import { MessagingError } from '../errors.ts';
import type { OffsetRange, StageContext } from './context.ts';
import type { EncodedMessage } from './encoded-message.ts';
import { encodeOutbound } from './outbound.ts';
import { decodePending, encodePending } from './pending.ts';
import type { Gap, StageLease, StagePosition } from './store.ts';

export interface Taken {
  readonly lease: StageLease;
  readonly positions: ReadonlyMap<string, bigint>;
}

/** Publishes, keeping what Kafka refuses for good. */
export type Publish = (lease: StageLease, messages: readonly EncodedMessage[]) => Promise<void>;

/**
 * Takes a partition: raises its epoch, publishes what its last owner had committed, finds where each topic goes on. A topic read for
 * the first time begins at its first record. Records that retention removed meanwhile are recorded as a gap, with a notice.
 * @throws {MessagingError} TOPIC_RECREATED, OTHER_CLUSTER, or the world's trouble (retryable).
 */
export async function takeOver(context: StageContext, partition: number, publish: Publish): Promise<Taken> {
  // First: whoever accepts a topic as new forgets its positions, and only then its identity.
  await context.inspector.checkIdentities();
  const { lease, pending, positions } = await context.store.take({
    stage: context.name,
    partition,
    owner: context.owner,
  });
  context.metrics.count('stage_takeovers_total', {}, 1);
  await context.probe.reached('taken', partition);
  if (pending) await publish(lease, decodePending(pending));

  const known = new Map(positions.map(({ topic, nextOffset }) => [topic, nextOffset]));
  const starts = new Map<string, bigint>();
  const gaps: Gap[] = [];
  for (const { topic } of context.sources) {
    const range = await context.inspector.offsets(topic, partition);
    const next = known.get(topic) ?? range.low;
    checkNotBehind({ topic, partition, next, range });
    if (next < range.low) gaps.push({ topic, fromOffset: next, toOffset: range.low });
    starts.set(topic, next < range.low ? range.low : next);
  }
  const moved = [...starts].filter(([topic, offset]) => known.get(topic) !== offset);
  if (moved.length > 0) {
    const changed = moved.map(([topic, nextOffset]): StagePosition => ({ topic, nextOffset }));
    await publish(lease, await commitStart(context, lease, changed, gaps));
  }
  return { lease, positions: starts };
}

function checkNotBehind({
  topic,
  partition,
  next,
  range,
}: {
  readonly topic: string;
  readonly partition: number;
  readonly next: bigint;
  readonly range: OffsetRange;
}): void {
  if (next <= range.high) return;
  throw new MessagingError(
    'TOPIC_RECREATED',
    `${topic}/${partition} ends at ${range.high}, but records up to ${next} were processed: it was cut or made anew. ` +
      'Nothing is read from it until a person accepts the new topic',
  );
}

async function commitStart(
  context: StageContext,
  lease: StageLease,
  positions: readonly StagePosition[],
  gaps: readonly Gap[],
): Promise<EncodedMessage[]> {
  const nowUs = context.clock.nowUs();
  const notices = gaps.map((gap) => gapNotice(context, lease.partition, gap, nowUs));
  const { messages } = encodeOutbound(context, notices, {
    source: `/windlass/${context.name}`,
    nowUs,
    idPrefix: `${context.name}-${lease.partition}-${lease.commitNo + 1n}`,
  });
  const unit = await context.store.begin();
  try {
    await unit.commit(lease, { pending: encodePending(messages), positions, timers: [], parked: [], gaps });
  } catch (error) {
    await unit.rollback();
    throw error;
  }
  for (const { topic, fromOffset, toOffset } of gaps) {
    context.metrics.count('stage_gap_records_total', { topic }, Number(toOffset - fromOffset));
    context.log.error(
      { topic, partition: lease.partition, fromOffset, toOffset },
      'records were removed before they were read',
    );
  }
  return messages;
}

function gapNotice(context: StageContext, partition: number, { topic, fromOffset, toOffset }: Gap, atUs: number) {
  const subject = `${topic}/${partition}`;
  const value: Notice = {
    id: `gap-${context.name}-${subject}-${fromOffset}`,
    kind: 'GAP',
    owner: context.name,
    severity: 'ERROR',
    subject,
    message: `records ${fromOffset} to ${toOffset - 1n} were removed before ${context.name} had read them`,
    details: { stage: context.name, fromOffset: String(fromOffset), toOffset: String(toOffset) },
    atUs,
  };
  return { topic: context.topics.names.notices, family: 'notices', key: context.name, value };
}
