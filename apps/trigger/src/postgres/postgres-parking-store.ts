import { slotOf } from '@windlass/contracts';
import type { StageTransaction } from '@windlass/messaging';
import { storeError } from '@windlass/persistence';
import type { DataSource } from 'typeorm';
import type { ParkedSource } from '../overflow/parking.ts';
import type { ParkedReader, ParkingStore, SourceKey } from '../ports.ts';

/** Released sources are known for so long, so that what is sent again of an old release is not taken twice. */
const KNOWN_US = 24 * 3_600_000_000;

const columns = `slot, source, since_us, signals, span_us, per_second, burst, first_offset, released_offset, release_id,
  required_offset, released_at_us`;

const ofPartition = `SELECT ${columns} FROM parked_sources WHERE slot % $1::int = $2::int`;

const oneSource = `SELECT ${columns} FROM parked_sources WHERE slot = $1 AND source = $2 AND released_at_us IS NULL`;

const nextParked = `
  SELECT ${columns} FROM parked_sources
  WHERE released_at_us IS NULL AND (slot, source) > ($1, $2) ORDER BY slot, source LIMIT $3`;

const upsert = `
  INSERT INTO parked_sources (${columns})
  SELECT * FROM unnest($1::smallint[], $2::text[], $3::bigint[], $4::integer[], $5::bigint[], $6::integer[], $7::integer[],
    $8::bigint[], $9::bigint[], $10::text[], $11::bigint[], $12::bigint[])
  ON CONFLICT (slot, source) DO UPDATE SET since_us = excluded.since_us, signals = excluded.signals, span_us = excluded.span_us,
    per_second = excluded.per_second, burst = excluded.burst, first_offset = excluded.first_offset,
    released_offset = excluded.released_offset, release_id = excluded.release_id, required_offset = excluded.required_offset,
    released_at_us = excluded.released_at_us`;

const forget = 'DELETE FROM parked_sources WHERE slot % $1::int = $2::int AND released_at_us < $3';

/** As pg answers: text for bigint. */
interface Row {
  readonly slot: number;
  readonly source: string;
  readonly since_us: string;
  readonly signals: number;
  readonly span_us: string;
  readonly per_second: number;
  readonly burst: number;
  readonly first_offset: string;
  readonly released_offset: string;
  readonly release_id: string | null;
  readonly required_offset: string | null;
  readonly released_at_us: string | null;
}

/** One row for each parked source, written with the batch that changes it. */
export class PostgresParkingStore implements ParkingStore, ParkedReader {
  private readonly dataSource: DataSource;
  private readonly partitions: number;

  constructor(dataSource: DataSource, { partitions }: { readonly partitions: number }) {
    this.dataSource = dataSource;
    this.partitions = partitions;
  }

  /** Of the partition's slots; what was released long ago is forgotten. */
  async load(partition: number): Promise<ParkedSource[]> {
    try {
      await this.dataSource.query(forget, [this.partitions, partition, Date.now() * 1000 - KNOWN_US]);
      return (await this.dataSource.query<Row[]>(ofPartition, [this.partitions, partition])).map(parkedOf);
    } catch (error) {
      throw storeError(error);
    }
  }

  async write(tx: StageTransaction, rows: readonly ParkedSource[]): Promise<void> {
    const of = <T>(field: (row: ParkedSource) => T): T[] => rows.map(field);
    await tx.query(upsert, [
      of(({ slot }) => slot),
      of(({ source }) => source),
      of(({ sinceUs }) => sinceUs),
      of(({ signals }) => signals),
      of(({ spanUs }) => spanUs),
      of(({ perSecond }) => perSecond),
      of(({ burst }) => burst),
      of(({ firstOffset }) => String(firstOffset)),
      of(({ releasedOffset }) => String(releasedOffset)),
      of(({ releaseId }) => releaseId),
      of(({ requiredOffset }) => (requiredOffset === null ? null : String(requiredOffset))),
      of(({ releasedAtUs }) => releasedAtUs),
    ]);
  }

  async parked(source: string): Promise<ParkedSource | null> {
    const [row] = await this.dataSource.query<Row[]>(oneSource, [slotOf(source), source]);
    return row ? parkedOf(row) : null;
  }

  async after({ slot, source }: SourceKey, limit: number): Promise<ParkedSource[]> {
    return (await this.dataSource.query<Row[]>(nextParked, [slot, source, limit])).map(parkedOf);
  }
}

const parkedOf = (row: Row): ParkedSource => ({
  slot: row.slot,
  source: row.source,
  sinceUs: Number(row.since_us),
  signals: row.signals,
  spanUs: Number(row.span_us),
  perSecond: row.per_second,
  burst: row.burst,
  firstOffset: BigInt(row.first_offset),
  releasedOffset: BigInt(row.released_offset),
  releaseId: row.release_id,
  requiredOffset: row.required_offset === null ? null : BigInt(row.required_offset),
  releasedAtUs: row.released_at_us === null ? null : Number(row.released_at_us),
});
