import type { StageTransaction } from '@windlass/messaging';
import type { DataSource, EntityManager } from 'typeorm';
import type {
  Decide,
  LateSummary,
  LateSummaryQuery,
  OpenCount,
  RejectedPage,
  RejectedQuery,
  RejectedStore,
  Send,
  Settled,
} from '../rejected/ports.ts';
import { isRefusal } from '../rejected/redrive.ts';
import type { RejectedRecord } from '../rejected/rejected-record.ts';
import type { Kept } from '../rejected/settlement.ts';
import { insertLateFor, insertRejected, keptOf, lateRows, rejectedColumns, type RejectedRow } from './rejected-rows.ts';

/** Of `rejected_records r`; parameters 1 to 7. */
const filter = `($1::text IS NULL OR r.topic = $1) AND ($2::text IS NULL OR r.code = $2) AND ($3::text IS NULL OR r.source = $3)
  AND ($4::text IS NULL OR r.state = $4) AND ($5::bigint IS NULL OR r.rejected_at_us >= $5) AND ($6::bigint IS NULL OR r.rejected_at_us < $6)
  AND ($7::text IS NULL OR EXISTS (SELECT 1 FROM late_for t WHERE t.id = r.id AND t.window_type = $7))`;

const filterOf = ({ topic, reason, source, state, fromUs, toUs, windowType }: RejectedQuery): unknown[] => [
  ...[topic, reason, source, state, fromUs, toUs, windowType],
];

const findSql = `SELECT ${rejectedColumns} FROM rejected_records r
  WHERE ${filter} AND r.kept_on = $8 AND r.seq > COALESCE($9::bigint, 0) AND ($10::bigint IS NULL OR r.seq <= $10)
  ORDER BY r.seq LIMIT $11`;

const getSql = `SELECT ${rejectedColumns}, r.key, r.value FROM rejected_records r WHERE r.id = $1`;

const lockSql = `SELECT ${rejectedColumns}, r.key, r.value FROM rejected_records r WHERE r.id = ANY ($1::uuid[]) ORDER BY r.seq FOR UPDATE`;

const settleSql = `UPDATE rejected_records SET state = $2::jsonb ->> 'kind', settlements = settlements || $2::jsonb WHERE id = ANY ($1::uuid[])`;

const behind = 'l.final_up_to_us - r.event_time_us';

const summarySql = `SELECT l.window_type AS "windowType", CASE WHEN $1 THEN r.source END AS source, count(*)::float8 AS elements,
    count(DISTINCT r.source)::float8 AS sources, percentile_disc(ARRAY[0.5, 0.9, 0.99, 1]) WITHIN GROUP (ORDER BY ${behind})::float8[] AS behind
  FROM late_for l JOIN rejected_records r ON r.id = l.id
  WHERE ($2::text IS NULL OR l.window_type = $2) AND ($3::text IS NULL OR r.source = $3)
    AND ($4::bigint IS NULL OR r.rejected_at_us >= $4) AND ($5::bigint IS NULL OR r.rejected_at_us < $5)
  GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT $6`;

interface SummaryRow extends Omit<LateSummary, 'behindUs'> {
  readonly behind: readonly [number, number, number, number];
}

const openSql = `SELECT COALESCE(topic, '') AS topic, code AS reason, count(*)::float8 AS count FROM rejected_records
  WHERE kept_on = 'dlq' AND state = 'OPEN' GROUP BY 1, 2`;

export class PostgresRejectedStore implements RejectedStore {
  private readonly dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.dataSource = dataSource;
  }

  async write(tx: StageTransaction, records: readonly RejectedRecord[]): Promise<void> {
    if (records.length === 0) return;
    await tx.query(insertRejected.sql, insertRejected.parametersOf(records));
    const late = lateRows(records);
    if (late.length > 0) await tx.query(insertLateFor.sql, insertLateFor.parametersOf(late));
  }

  async find({ keptOn, after, upTo, limit, ...query }: RejectedPage): Promise<readonly Kept[]> {
    const parameters = [...filterOf(query), keptOn, after, upTo, limit];
    return (await this.dataSource.query<RejectedRow[]>(findSql, parameters)).map(keptOf);
  }

  async get(id: string): Promise<Kept | undefined> {
    return (await this.dataSource.query<RejectedRow[]>(getSql, [id])).map(keptOf)[0];
  }

  async lastSeq(): Promise<number> {
    const [row] = await this.dataSource.query<{ last: number }[]>(
      'SELECT COALESCE(max(seq), 0)::float8 AS last FROM rejected_records',
    );
    return row!.last;
  }

  /** Rows stay locked while Kafka takes the messages: whoever wants the same waits, and finds it done. */
  settle(ids: readonly string[], decide: Decide, send: Send | null): Promise<readonly Settled[]> {
    return this.dataSource.transaction(async (manager) => {
      const kept = (await manager.query<RejectedRow[]>(lockSql, [ids])).map(keptOf);
      const decided = kept.map((one) => ({ kept: one, answer: decide(one) }));
      const settled = decided.map(({ kept: one, answer }) =>
        isRefusal(answer) ? refused(one, answer) : done(one, answer),
      );
      if (send === null) return settled;
      const messages = decided.flatMap(({ answer }) => (isRefusal(answer) || !answer.message ? [] : [answer.message]));
      if (messages.length > 0) await send(messages);
      await store(manager, settled);
      return settled;
    });
  }

  async lateSummary({
    by,
    windowType,
    source,
    fromUs,
    toUs,
    limit,
  }: LateSummaryQuery): Promise<readonly LateSummary[]> {
    const parameters = [by === 'source', windowType, source, fromUs, toUs, limit];
    const rows = await this.dataSource.query<SummaryRow[]>(summarySql, parameters);
    return rows.map(({ behind: [p50, p90, p99, max], ...row }) => ({ ...row, behindUs: { p50, p90, p99, max } }));
  }

  open(): Promise<readonly OpenCount[]> {
    return this.dataSource.query<OpenCount[]>(openSql);
  }

  async forget(keptOn: RejectedRecord['keptOn'], low: ReadonlyMap<number, string>): Promise<number> {
    let count = 0;
    for (const [partition, offset] of low) {
      const [row] = await this.dataSource.query<{ gone: number }[]>(
        `WITH gone AS (DELETE FROM rejected_records WHERE kept_on = $1 AND kept_partition = $2 AND kept_offset < $3::bigint RETURNING 1)
         SELECT count(*)::float8 AS gone FROM gone`,
        [keptOn, partition, offset],
      );
      count += row!.gone;
    }
    return count;
  }
}

const refused = (kept: Kept, answer: NonNullable<Settled['refused']>): Settled => ({ kept, refused: answer });

const done = (kept: Kept, { settlement }: Exclude<ReturnType<Decide>, { code: string }>): Settled => ({
  kept: { ...kept, state: settlement.kind, settlements: [...kept.settlements, settlement] },
  refused: null,
});

/** All of one command are settled the same way. */
async function store(manager: EntityManager, settled: readonly Settled[]): Promise<void> {
  const changed = settled.filter((one) => one.refused === null).map(({ kept }) => kept);
  if (changed.length === 0) return;
  const ids = changed.map(({ rejected: { id } }) => id);
  await manager.query(settleSql, [ids, JSON.stringify(changed[0]!.settlements.at(-1))]);
}
