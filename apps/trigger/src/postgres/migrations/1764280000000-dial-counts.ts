import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was measured of window types: a row for each count that is not 0 in an hour of processing time. */
export class DialCounts1764280000000 implements MigrationInterface {
  readonly name = 'DialCounts1764280000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}

const statements = [
  // Counts are added to in place, where a page has room for it.
  `CREATE TABLE dial_counts (
     window_type text NOT NULL,
     hour_us bigint NOT NULL,
     is_history boolean NOT NULL,
     measure text NOT NULL,
     bucket smallint NOT NULL,
     count bigint NOT NULL,
     PRIMARY KEY (window_type, hour_us, is_history, measure, bucket)
   ) WITH (fillfactor = 70)`,
  `COMMENT ON COLUMN dial_counts.hour_us IS 'processing time'`,
  `COMMENT ON COLUMN dial_counts.is_history IS 'event time was more than an hour behind processing time'`,
  `COMMENT ON COLUMN dial_counts.bucket IS 'of durations: libs/domain/windowing/src/dial/delays.ts'`,
];
