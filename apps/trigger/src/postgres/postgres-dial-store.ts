import { bulkStatement, type BulkColumn } from '@windlass/persistence';
import type { DataSource } from 'typeorm';
import type { DialCount, DialQuery, DialStore, MeasuredCell } from '../ports.ts';

interface Row extends DialCount {
  readonly hourUs: number;
}

const columns: BulkColumn<Row>[] = [
  { name: 'window_type', type: 'text', of: (row) => row.windowType },
  { name: 'hour_us', type: 'bigint', of: (row) => row.hourUs },
  { name: 'is_history', type: 'boolean', of: (row) => row.isHistory },
  { name: 'measure', type: 'text', of: (row) => row.measure },
  { name: 'bucket', type: 'smallint', of: (row) => row.bucket },
  { name: 'count', type: 'bigint', of: (row) => row.count },
];

/** In the order in which they are given: instances that add to the same rows wait for each other, never in a circle. */
const addCounts = bulkStatement(
  columns,
  (rows) => `INSERT INTO dial_counts AS known (window_type, hour_us, is_history, measure, bucket, count)
    SELECT row.window_type, row.hour_us, row.is_history, row.measure, row.bucket, row.count FROM ${rows} ORDER BY row.n
    ON CONFLICT (window_type, hour_us, is_history, measure, bucket) DO UPDATE SET count = known.count + excluded.count`,
);

const readCells = `
  SELECT window_type AS "windowType", measure, bucket, sum(count)::float8 AS count FROM dial_counts
  WHERE window_type = ANY($1) AND hour_us >= $2 AND is_history = $3 AND ($4::text[] IS NULL OR measure = ANY($4))
  GROUP BY window_type, measure, bucket ORDER BY window_type, measure, bucket`;

/** Counts of all instances, summed by the hour in which they were written. */
export class PostgresDialStore implements DialStore {
  private readonly dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.dataSource = dataSource;
  }

  async add(hourUs: number, counts: readonly DialCount[]): Promise<void> {
    const rows = counts.map((count) => ({ hourUs, ...count }));
    await this.dataSource.query(addCounts.sql, addCounts.parametersOf(rows));
  }

  read({ windowTypes, fromUs, isHistory, measures }: DialQuery): Promise<MeasuredCell[]> {
    return this.dataSource.query<MeasuredCell[]>(readCells, [windowTypes, fromUs, isHistory, measures ?? null]);
  }

  async forgetBefore(hourUs: number): Promise<void> {
    await this.dataSource.query('DELETE FROM dial_counts WHERE hour_us < $1', [hourUs]);
  }
}
