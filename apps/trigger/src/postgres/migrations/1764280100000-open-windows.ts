import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many windows may still change, by type: a row for each partition, written with its batches. */
export class OpenWindows1764280100000 implements MigrationInterface {
  readonly name = 'OpenWindows1764280100000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}

const statements = [
  `CREATE TABLE open_windows (
     partition integer PRIMARY KEY,
     partitions integer NOT NULL,
     counts jsonb NOT NULL
   ) WITH (fillfactor = 50)`,
  `COMMENT ON COLUMN open_windows.partitions IS 'of the hub when they were counted: with another number they are counted anew'`,
];
