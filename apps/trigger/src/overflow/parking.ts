import type { InboundRecord } from '@windlass/messaging';
import type { SourceKey } from '../ports.ts';
import type { Excess, RateLimit } from './source-rates.ts';

/** What is stored of a source that is parked, or was until not long ago. Offsets are those of the signals topic. */
export interface ParkedSource extends SourceKey, Excess, RateLimit {
  /** Processing time. */
  readonly sinceUs: number;
  /** The first record that was parked. */
  readonly firstOffset: bigint;
  /** Of what was parked, up to here all is back. */
  readonly releasedOffset: bigint;
  /** The release that has begun last, once the partition's owner knows of it; null: none. */
  readonly releaseId: string | null;
  /** What was parked up to here is not among what that release need not read; null: there is no release. */
  readonly requiredOffset: bigint | null;
  /** Null: it is parked. Otherwise when the last of it was back, processing time. */
  readonly releasedAtUs: number | null;
}

/** The newest of what is parked while a release catches up. */
export interface Tail {
  readonly releaseId: string;
  /** Everything of the source that was parked after it is in `records`. */
  readonly requiredOffset: bigint;
  readonly records: InboundRecord[];
  bytes: number;
}

/** A parked source as the owner of its partition knows it. */
export interface Parking {
  stored: ParkedSource;
  /** The last record that went to the overflow topic since the partition was taken; -1: none. */
  lastOffset: bigint;
  tail: Tail | null;
}

const TAIL_RECORDS = 20_000;
const TAIL_BYTES = 16 * 1024 * 1024;

/** Keeps a record that is parked. A tail that grows too long is given up: the release is not near enough, and begins another. */
export function follow(parking: Parking, record: InboundRecord): void {
  parking.lastOffset = record.offset;
  const { tail } = parking;
  if (!tail) return;
  tail.records.push(record);
  tail.bytes += record.valueBytes;
  if (tail.records.length > TAIL_RECORDS || tail.bytes > TAIL_BYTES) parking.tail = null;
}
