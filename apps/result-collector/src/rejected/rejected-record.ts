import {
  errorHeaderNames,
  headerNames,
  lateHeaderNames,
  limits,
  parseLateFor,
  topicNameLength,
  type LateFor,
} from '@windlass/contracts';
import { hashedId } from '@windlass/dag';
import type { InboundRecord, StoredRecord } from '@windlass/messaging';
import { historyOf, type Redrive } from './redrive-history.ts';

/** Where a record lies, or lay. */
export interface RecordPosition {
  readonly topic: string;
  readonly partition: number;
  /** Decimal. */
  readonly offset: string;
}

/** An element that came when windows it belongs to were final. */
export interface LateElement {
  /** Event time, microseconds. */
  readonly eventTimeUs: number;
  readonly lateFor: readonly LateFor[];
}

/** A record that somebody could not use, as it lies on the dead-letter or the late topic. */
export interface RejectedRecord {
  /** The same however often it was published: by where the record was, who refused it and when. 32 hex digits. */
  readonly id: string;
  readonly keptOn: 'dlq' | 'late';
  readonly kept: RecordPosition;
  /** Where it was before. Its topic alone is known of what was refused long after it was read; null: whoever wrote it does not say. */
  readonly origin: { readonly topic: string; readonly position: RecordPosition | null } | null;
  /** Who refused it; empty: not told. */
  readonly stage: string;
  readonly code: string;
  readonly message: string;
  readonly rejectedAtUs: number;
  /** The key as text, for people to search by. */
  readonly source: string;
  /** Its bytes and headers. */
  readonly record: Omit<StoredRecord, 'offset'>;
  /** How often, and when it was sent again before it came here; oldest first. */
  readonly history: readonly Redrive[];
  readonly redriveCount: number;
  readonly late: LateElement | null;
}

const MAX_MESSAGE = 1_000;

/** Code of a record that says no reason. */
export const NO_REASON = 'NO_REASON';

/** What a record of one of the two topics tells. Nothing in it can make this fail. */
export function rejectedOf(input: InboundRecord): RejectedRecord {
  const { offset, ...record } = input.value as StoredRecord;
  const text = (name: string, max: number) => clean(record.headers[name], max);
  const kept = { topic: input.topic, partition: input.partition, offset: String(offset) };
  const origin = originOf(text);
  const stage = text(errorHeaderNames.stage, limits.nameLength);
  const time = text(errorHeaderNames.time, 40);
  const source = clean(record.key ?? '', limits.nameLength);
  const {
    topic,
    partition,
    offset: at,
  } = origin?.position ?? ((origin ? { topic: origin.topic } : kept) as RecordPosition);
  const told = [topic, String(partition ?? ''), at ?? '', stage, time, source, text(headerNames.id, MAX_MESSAGE)];
  const { count, entries } = historyOf(record.headers);
  return {
    id: hashedId(origin ? told : [kept.topic, String(kept.partition), kept.offset]),
    keptOn: input.family === 'late' ? 'late' : 'dlq',
    kept,
    origin,
    stage,
    code: text(errorHeaderNames.code, limits.nameLength) || NO_REASON,
    message: text(errorHeaderNames.message, MAX_MESSAGE),
    rejectedAtUs: microsOf(time) ?? input.timestampUs,
    source,
    record,
    history: entries,
    redriveCount: count,
    late: lateOf(text),
  };
}

type Text = (name: string, max: number) => string;

function originOf(text: Text): RejectedRecord['origin'] {
  const topic = text(errorHeaderNames.topic, topicNameLength);
  if (topic === '') return null;
  const partition = text(errorHeaderNames.partition, 10);
  const offset = text(errorHeaderNames.offset, 20);
  const isKnown = /^\d{1,9}$/.test(partition) && /^\d{1,18}$/.test(offset);
  return { topic, position: isKnown ? { topic, partition: Number(partition), offset } : null };
}

function lateOf(text: Text): LateElement | null {
  const eventTime = text(lateHeaderNames.eventTime, 20);
  const lateFor = parseLateFor(text(lateHeaderNames.lateFor, MAX_LATE_FOR));
  if (!/^-?\d{1,16}$/.test(eventTime) || lateFor.length === 0) return null;
  return {
    eventTimeUs: Number(eventTime),
    lateFor: [...new Map(lateFor.map((one) => [one.windowType, one])).values()],
  };
}

const MAX_LATE_FOR = 262_144;

function microsOf(time: string): number | undefined {
  const us = Date.parse(time) * 1000;
  return Number.isSafeInteger(us) ? us : undefined;
}

/** Text that Postgres keeps and an index holds. */
const clean = (value: string | Buffer | undefined, max: number): string =>
  (value ?? '')
    .toString()
    .replaceAll('\0', '\uFFFD')
    .slice(0, max)
    .replace(/[\uD800-\uDBFF]$/, '');
