import { limits, type Emission, type GroupSignal, type Notice, type Signal } from '@windlass/contracts';
import {
  type Diversion,
  type InboundRecord,
  type OutboundMessage,
  type RejectedRecord,
  type StageBatch,
  type StageEffects,
  type StageHandler,
  type StageTransaction,
  type TimerChange,
  type UndecodedRecord,
  slotsOfPartition,
} from '@windlass/messaging';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CountingTables1763856000001 implements MigrationInterface {
  readonly name = 'CountingTables1763856000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE tally (slot smallint, key text, family text, count integer, digest bigint, fired integer,
      PRIMARY KEY (slot, key, family))`);
  }

  async down(): Promise<void> {}
}

interface Tally {
  readonly slot: number;
  readonly key: string;
  readonly family: string;
  count: number;
  /** Of the ids in their order: another order, a loss or a double gives another number. */
  digest: number;
  fired: number;
}

/** Ids that end with this digit set a timer of their own, which must fire once. */
const timedDigit = '7';

/** An id that begins so is refused as late; makes a message too large for its topic; asks for patience before it is taken. */
export const lateId = 'late-';
export const largeId = 'large-';
export const patienceId = 'patience-';

/** A record with this header is of no use to the stage. */
export const uselessHeader = 'counting-useless';

/** A record with this header goes to the overflow topic as it is. */
export const divertedHeader = 'counting-diverted';

const DIVERSION: Diversion = { to: 'overflow', code: 'NOT_NOW', message: 'told so by its header' };

class NotYet extends Error {
  readonly retryable = true;
}

export const fold = (digest: number, id: string): number => {
  let hash = digest;
  for (let at = 0; at < id.length; at++) hash = (Math.imul(hash, 31) + id.charCodeAt(at)) >>> 0;
  return hash;
};

/** Which id a record of the counting stage has. */
export const idOf = (record: InboundRecord): string => {
  switch (record.family) {
    case 'group-signals':
      return String((record.value as GroupSignal).sequence);
    case 'emissions':
      return (record.value as Emission).id;
    default:
      return (record.value as Signal).id;
  }
};

/**
 * A stage that counts: per key and family the number of records and a digest of their order, from a cache that is valid while the
 * partition is held. Each record makes one notice that tells the tally after it, so a double application shows in both places.
 */
export class CountingHandler implements StageHandler {
  private readonly topic: string;
  private readonly partitions: number;
  private readonly patientTopic: string | undefined;
  private readonly load: (slots: readonly number[]) => Promise<Tally[]>;
  /** How often it still asks for it. */
  private patience = 3;
  private readonly caches = new Map<number, Map<string, Tally>>();

  constructor(options: {
    readonly noticesTopic: string;
    readonly partitions: number;
    readonly patientTopic?: string | undefined;
    readonly load: (slots: readonly number[]) => Promise<Tally[]>;
  }) {
    this.topic = options.noticesTopic;
    this.partitions = options.partitions;
    this.patientTopic = options.patientTopic;
    this.load = options.load;
  }

  async acquire(partition: number): Promise<void> {
    const tallies = await this.load(slotsOfPartition(partition, this.partitions));
    this.caches.set(partition, new Map(tallies.map((tally) => [`${tally.key} ${tally.family}`, tally])));
  }

  release(partition: number): void {
    this.caches.delete(partition);
  }

  passesOver({ headers }: InboundRecord): boolean {
    return headers[uselessHeader] !== undefined;
  }

  diverts(record: UndecodedRecord): Diversion | undefined {
    return record.header(divertedHeader) === undefined ? undefined : DIVERSION;
  }

  canWait(_partition: number, topic: string): boolean {
    return topic === this.patientTopic;
  }

  async handle(batch: StageBatch, tx: StageTransaction): Promise<StageEffects> {
    const cache = this.caches.get(batch.partition);
    if (!cache) throw new Error(`partition ${batch.partition} was not acquired`);
    await tx.query('SELECT 1 FROM tally WHERE slot = $1 LIMIT 1', [batch.partition]);
    const changed = new Set<Tally>();
    const messages: OutboundMessage[] = [];
    const timers: TimerChange[] = [];
    const rejected: RejectedRecord[] = [];
    for (const input of batch.inputs) {
      const family = input.kind === 'timer' ? 'timer' : input.family;
      const key = input.kind === 'timer' ? input.key.split(' ')[0]! : input.key;
      const name = `${key} ${family}`;
      let tally = cache.get(name);
      if (!tally) cache.set(name, (tally = { slot: input.slot, key, family, count: 0, digest: 0, fired: 0 }));
      changed.add(tally);
      if (input.kind === 'timer') {
        tally.fired++;
        continue;
      }
      const id = idOf(input);
      if (id.startsWith(lateId)) {
        rejected.push({ record: input, to: 'late', code: 'TOO_LATE', message: 'told so by its id' });
        continue;
      }
      if (id.startsWith(patienceId) && this.patience-- > 0) throw new NotYet();
      tally.count++;
      tally.digest = fold(tally.digest, id);
      const message = id.startsWith(largeId) ? 'x'.repeat(limits.signalBytes) : '';
      messages.push({ ...this.notice(`${name} ${id}`, tally, message, batch.nowUs), causedBy: input });
      if (id.endsWith(timedDigit))
        timers.push({ slot: input.slot, key: `${key} ${family} ${id}`, dueUs: batch.nowUs + 20_000 });
    }
    const rows = [...changed];
    return {
      messages,
      timers,
      rejected,
      write: async (unit) => {
        await unit.query(
          `INSERT INTO tally SELECT * FROM unnest($1::smallint[], $2::text[], $3::text[], $4::integer[], $5::bigint[], $6::integer[])
           ON CONFLICT (slot, key, family) DO UPDATE SET count = excluded.count, digest = excluded.digest, fired = excluded.fired`,
          [
            rows.map(({ slot }) => slot),
            rows.map(({ key }) => key),
            rows.map(({ family }) => family),
            rows.map(({ count }) => count),
            rows.map(({ digest }) => digest),
            rows.map(({ fired }) => fired),
          ],
        );
      },
    };
  }

  private notice(id: string, { key, count, digest }: Tally, message: string, atUs: number): OutboundMessage {
    const value: Notice = {
      id,
      kind: 'COUNTED',
      owner: 'counting',
      severity: 'INFO',
      subject: key,
      message,
      details: { count: String(count), digest: String(digest) },
      atUs,
    };
    return { topic: this.topic, family: 'notices', key, value };
  }
}
