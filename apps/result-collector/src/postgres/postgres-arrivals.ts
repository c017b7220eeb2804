import { slotOf } from '@windlass/contracts';
import type { DataSource } from 'typeorm';
import type { ArrivalFilter, Arrivals, Arrived, ArrivedWithdrawal, Position } from '../stream/arrivals.ts';
import { readOutcomes, selectOutcomes } from './outcome-query.ts';

/** Events of one page, and encoded bytes of their values: what a stream holds in memory. */
const PAGE_EVENTS = 500;
const PAGE_BYTES = 8 * 1024 * 1024;

const NONE = '0'.repeat(32);

/**
 * A transaction that is not over yet may have a lower number than those that are: only what is below all running ones is in its final
 * order. Both are of one statement, and so of one snapshot.
 */
const headSql = `SELECT replace(id::text, '-', '') AS store, pg_snapshot_xmin(pg_current_snapshot())::text::float8 AS head
  FROM store_identity`;

const pulseSql = `SELECT LEAST(pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1,
    GREATEST((SELECT max(arrival) FROM outcomes), (SELECT max(arrival) FROM withdrawals)))::float8 AS pulse`;

const hex = (column: string): string => `replace(${column}::text, '-', '')`;

/** `$1` to `$3`: the position; `$4` to `$8`: the filter, null for anything. */
const pageSql = `WITH head AS (${headSql}), page AS (
    SELECT arrival, 0 AS kind, execution_id, slot, window_id, start_us, key, window_type, algorithm, generation, run,
      NULL AS reason, known_at_us, COALESCE(octet_length(result), 0) + 100 * cardinality(input_execution_ids) AS bytes
    FROM outcomes, head
    WHERE arrival >= $1 AND arrival < head.head AND (arrival, 0, execution_id) > ($1, $2::integer, $3::uuid)
      AND ($4::smallint IS NULL OR slot = $4) AND ($5::text IS NULL OR key = $5) AND ($6::text IS NULL OR algorithm = $6)
      AND ($7::text IS NULL OR window_type = $7) AND ($8::text IS NULL OR state = $8)
    UNION ALL
    SELECT arrival, 1, execution_id, slot, window_id, start_us, key, window_type, algorithm, generation, run, reason, known_at_us, 0
    FROM withdrawals, head
    WHERE arrival >= $1 AND arrival < head.head AND (arrival, 1, execution_id) > ($1, $2::integer, $3::uuid)
      AND ($4::smallint IS NULL OR slot = $4) AND ($5::text IS NULL OR key = $5) AND ($6::text IS NULL OR algorithm = $6)
      AND ($7::text IS NULL OR window_type = $7)
    ORDER BY 1, 2, 3 LIMIT ${PAGE_EVENTS + 1}
  )
  SELECT head.store, head.head, page.arrival::float8 AS arrival, page.kind, ${hex('page.execution_id')} AS "executionId",
    page.slot, ${hex('page.window_id')} AS "windowId", page.start_us::float8 AS "startUs", page.key,
    page.window_type AS "windowType", page.algorithm, page.generation, page.run, page.reason,
    page.known_at_us::float8 AS "knownAtUs", page.bytes::float8 AS bytes
  FROM head LEFT JOIN page ON true ORDER BY page.arrival, page.kind, page.execution_id`;

interface Head {
  readonly store: string;
  readonly head: number;
}

interface Row extends Head, ArrivedWithdrawal {
  /** Null: there is nothing. */
  readonly arrival: number | null;
  readonly kind: 0 | 1;
  readonly slot: number;
  readonly bytes: number;
}

export class PostgresArrivals implements Arrivals {
  private readonly dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.dataSource = dataSource;
  }

  async head(): Promise<Position> {
    const [{ store, head: arrival }] = (await this.dataSource.query(headSql)) as [Head];
    return { store, arrival, kind: 0, executionId: NONE };
  }

  async pulse(): Promise<number> {
    const [{ pulse }] = (await this.dataSource.query(pulseSql)) as [{ readonly pulse: number }];
    return pulse;
  }

  async start(): Promise<Position> {
    return { ...(await this.head()), arrival: 0 };
  }

  async after(
    position: Position,
    { source, algorithm, windowType, state }: ArrivalFilter,
  ): Promise<{ readonly arrived: readonly Arrived[]; readonly next: Position }> {
    const { arrival, kind, executionId } = position;
    const rows = await this.dataSource.query<Row[]>(
      pageSql,
      [
        ...[arrival, kind, executionId],
        ...[source === undefined ? null : slotOf(source), source, algorithm, windowType, state],
      ].map((value) => value ?? null),
    );
    const { store, head } = rows[0]!;
    if (store !== position.store) return { arrived: [], next: { store, arrival: head, kind: 0, executionId: NONE } };
    const found = rows.filter((row) => row.arrival !== null);
    const page = fitting(found.slice(0, PAGE_EVENTS));
    const arrived = await this.whole(page);
    const isAll = page.length === found.length;
    return {
      arrived,
      next: isAll ? { store, arrival: Math.max(head, arrival), kind: 0, executionId: NONE } : arrived.at(-1)!.position,
    };
  }

  private async whole(rows: readonly Row[]): Promise<readonly Arrived[]> {
    const outcomes = rows.filter(({ kind }) => kind === 0);
    const read =
      outcomes.length === 0
        ? []
        : await readOutcomes(
            selectOutcomes(this.dataSource, {}).andWhere(
              `(o.slot, o.window_id, o.execution_id, o.start_us) IN (SELECT * FROM unnest(
                 :slots::smallint[], :windowIds::uuid[], :executionIds::uuid[], :starts::bigint[]))`,
              {
                slots: outcomes.map(({ slot }) => slot),
                windowIds: outcomes.map(({ windowId }) => windowId),
                executionIds: outcomes.map((one) => one.executionId),
                starts: outcomes.map(({ startUs }) => startUs),
              },
            ),
            {},
          );
    const byId = new Map(read.map((outcome) => [outcome.executionId, outcome]));
    return rows.flatMap((row): Arrived[] => {
      const { store, arrival, kind, executionId, head: _head, slot: _slot, bytes: _bytes, ...withdrawal } = row;
      const position = { store, arrival: arrival!, kind, executionId };
      if (kind === 1) return [{ position, withdrawal: { executionId, ...withdrawal } }];
      const outcome = byId.get(executionId);
      return outcome ? [{ position, outcome }] : []; // Its partition was dropped meanwhile.
    });
  }
}

function fitting(rows: readonly Row[]): readonly Row[] {
  let bytes = 0;
  const end = rows.findIndex((row, index) => (bytes += row.bytes) > PAGE_BYTES && index > 0);
  return end < 0 ? rows : rows.slice(0, end);
}
