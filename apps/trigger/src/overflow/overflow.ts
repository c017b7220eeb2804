import { headerNames, type Notice, type Signal, type TopicNames } from '@windlass/contracts';
import type {
  Diversion,
  InboundRecord,
  OutboundMessage,
  RejectedRecord,
  StageBatch,
  StageInput,
  StageTransaction,
  UndecodedRecord,
} from '@windlass/messaging';
import { GLOBAL_KEY } from '@windlass/windowing';
import type { ParkingStore, Registry } from '../ports.ts';
import { parkedNotice, releasedNotice } from './overflow-notice.ts';
import { follow, type ParkedSource, type Parking } from './parking.ts';
import { wordOf, type ReleaseWord } from './release-word.ts';
import { SourceRates, type Excess, type RateLimit } from './source-rates.ts';

export interface OverflowParts {
  readonly topics: TopicNames;
  readonly registry: Pick<Registry, 'source'>;
  readonly store: ParkingStore;
  /** Null: no source is parked; those that are stay so until they are released. */
  readonly limit: RateLimit | null;
}

/** A batch without what is parked. */
export interface Sifted {
  readonly inputs: readonly StageInput[];
  readonly rejected: readonly RejectedRecord[];
  readonly messages: readonly OutboundMessage[];
  /** Null: nothing of it is to be stored. */
  readonly write: ((tx: StageTransaction) => Promise<void>) | null;
}

/** Of one partition. */
interface Held {
  /** Those that are parked, and those that were until not long ago. */
  readonly known: Map<string, Parking>;
  readonly rates: SourceRates | null;
}

/** Where a released record stands that cannot be read: it is a dead letter, and is back all the same. */
export const UNREADABLE = Symbol('unreadable');

/**
 * Parks sources that send more than they may, and takes what comes back of them. A parked source costs a look at the key of each of its
 * records: they are not decoded, and its state is not read. Rates are known in memory alone and begin anew with each owner of the
 * partition; who is parked is stored in the transaction of the batch that parks it.
 */
export class Overflow {
  private readonly parts: OverflowParts;
  private readonly partitions = new Map<number, Held>();
  private parked = 0;

  constructor(parts: OverflowParts) {
    this.parts = parts;
  }

  async acquire(partition: number): Promise<void> {
    const { store, limit } = this.parts;
    const stored = await store.load(partition);
    const known = new Map(stored.map((one) => [one.source, { stored: one, lastOffset: -1n, tail: null }] as const));
    this.partitions.set(partition, { known, rates: limit && new SourceRates(limit) });
  }

  release(partition: number): void {
    this.partitions.delete(partition);
  }

  /** Sources that are parked, of the partitions that are held. */
  get parkedSources(): number {
    let count = 0;
    for (const { known } of this.partitions.values())
      for (const { stored } of known.values()) if (stored.releasedAtUs === null) count += 1;
    return count;
  }

  /** Records that were parked since the start; one that had to be handled again counts twice. */
  get parkedRecords(): number {
    return this.parked;
  }

  isParked(partition: number, source: string): boolean {
    return this.partitions.get(partition)?.known.get(source)?.stored.releasedAtUs === null;
  }

  /** Whether a record waits on the overflow topic, by its key and headers alone. */
  diverts(record: UndecodedRecord): Diversion | undefined {
    if (record.family !== 'signals') return undefined;
    const held = this.partitions.get(record.partition);
    if (!held || held.known.size === 0) return undefined;
    const parking = held.known.get(record.key);
    // With a tail they are needed decoded: `sift` parks them then.
    if (!parking || parking.stored.releasedAtUs !== null || parking.tail) return undefined;
    if (record.header(headerNames.released) ?? record.header(headerNames.release)) return undefined;
    parking.lastOffset = record.offset;
    this.parked += 1;
    return DIVERSION;
  }

  /** Whether a record is one of those by which a parked source comes back. */
  awaits(record: InboundRecord): boolean {
    return (
      record.family === 'signals' &&
      this.isParked(record.partition, record.key) &&
      record.headers[headerNames.released] !== undefined
    );
  }

  /** Takes from a batch what is parked, and adds what has come back; in order. */
  sift(batch: StageBatch): Sifted {
    const held = this.partitions.get(batch.partition);
    if (!held || (!held.rates && held.known.size === 0))
      return { inputs: batch.inputs, rejected: [], messages: [], write: null };
    const sifted = new Sieve(this.parts, held, batch).all();
    this.parked += sifted.rejected.length;
    return sifted;
  }
}

const isOfRelease = ({ headers }: InboundRecord): boolean =>
  headers[headerNames.released] !== undefined || headers[headerNames.release] !== undefined;

/** Watermarks that the hub writes of a source are not what the source sends. */
const isOfHub = ({ key, value }: InboundRecord): boolean => {
  const { phase, cause } = value as Partial<Signal>;
  return key === GLOBAL_KEY || (phase === 'WATERMARK' && cause !== null);
};

/** Short, for there may be very many: how the source sent is told by the notice. */
const DIVERSION: Diversion = { to: 'overflow', code: 'SOURCE_PARKED', message: 'parked until it is released' };

/** One batch on its way through. */
class Sieve {
  private readonly parts: OverflowParts;
  private readonly held: Held;
  private readonly batch: StageBatch;
  private readonly inputs: StageInput[] = [];
  private readonly rejected: RejectedRecord[] = [];
  private readonly notices: Notice[] = [];
  private readonly changed = new Set<Parking>();

  constructor(parts: OverflowParts, held: Held, batch: StageBatch) {
    this.parts = parts;
    this.held = held;
    this.batch = batch;
  }

  all(): Sifted {
    for (const input of this.batch.inputs)
      if (input.kind === 'record' && input.family === 'signals') this.signal(input);
      else this.inputs.push(input);
    const { store, topics } = this.parts;
    const rows = [...this.changed].map(({ stored }) => stored);
    return {
      inputs: this.inputs,
      rejected: this.rejected,
      messages: this.notices.map((value) => ({
        topic: topics.notices,
        family: 'notices',
        key: value.owner,
        value,
        headers: { [headerNames.id]: value.id },
      })),
      write: rows.length === 0 ? null : (tx) => store.write(tx, rows),
    };
  }

  private signal(record: InboundRecord): void {
    const parking = this.held.known.get(record.key);
    if (parking && isOfRelease(record)) return this.ofRelease(parking, record);
    if (parking && parking.stored.releasedAtUs === null) return this.park(parking, record);
    const excess = isOfHub(record) ? undefined : this.held.rates?.take(record.key, record.timestampUs);
    if (excess) this.begin(record, excess);
    else this.inputs.push(record);
  }

  private begin(record: InboundRecord, excess: Excess): void {
    const { nowUs } = this.batch;
    const stored: ParkedSource = {
      slot: record.slot,
      source: record.key,
      ...excess,
      ...this.parts.limit!,
      sinceUs: nowUs,
      firstOffset: record.offset,
      releasedOffset: record.offset - 1n,
      releaseId: null,
      requiredOffset: null,
      releasedAtUs: null,
    };
    const parking: Parking = { stored, lastOffset: record.offset, tail: null };
    this.held.known.set(record.key, parking);
    this.changed.add(parking);
    this.notices.push(parkedNotice({ parked: stored, owner: this.ownerOf(record.key), atUs: nowUs }));
    this.park(parking, record);
  }

  private park(parking: Parking, record: InboundRecord): void {
    follow(parking, record);
    this.rejected.push({ record, ...DIVERSION });
  }

  private ofRelease(parking: Parking, record: InboundRecord): void {
    const { releasedAtUs, releasedOffset } = parking.stored;
    // Of a release that was begun twice: all of it is back.
    if (releasedAtUs !== null) return;
    const { headers } = record;
    const word = wordOf(headers[headerNames.release] ?? '');
    if (word) return this.hear(parking, word);
    const offset = offsetOf(headers[headerNames.released]);
    if (offset === null || offset <= releasedOffset) return;
    this.change(parking, { releasedOffset: offset });
    if (record.value !== UNREADABLE) this.inputs.push(record);
  }

  private hear(parking: Parking, word: ReleaseWord): void {
    const { tail, lastOffset } = parking;
    if (word.kind === 'begin') {
      parking.tail = { releaseId: word.id, requiredOffset: lastOffset, records: [], bytes: 0 };
      return this.change(parking, { releaseId: word.id, requiredOffset: lastOffset });
    }
    if (tail?.releaseId !== word.id || word.upTo < tail.requiredOffset) return;
    for (const record of tail.records) if (record.offset > word.upTo) this.inputs.push(record);
    parking.tail = null;
    const { nowUs } = this.batch;
    this.change(parking, { releasedAtUs: nowUs, releasedOffset: lastOffset > word.upTo ? lastOffset : word.upTo });
    const { source } = parking.stored;
    this.notices.push(releasedNotice({ parked: parking.stored, owner: this.ownerOf(source), atUs: nowUs }));
  }

  private change(parking: Parking, change: Partial<ParkedSource>): void {
    parking.stored = { ...parking.stored, ...change };
    this.changed.add(parking);
  }

  private ownerOf(source: string): string {
    return this.parts.registry.source(source).owner ?? DEFAULT_OWNER;
  }
}

const DEFAULT_OWNER = 'default';

const offsetOf = (text: string | undefined): bigint | null =>
  text !== undefined && /^\d{1,19}$/.test(text) ? BigInt(text) : null;
