import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What happened to windows and dropped records, for people who ask. A partition a day, of which old ones are dropped whole; what no
 * partition was made for in time goes to the default one.
 */
export class Journal1764201600000 implements MigrationInterface {
  readonly name = 'Journal1764201600000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}

const statements = [
  // One row for all that a batch does to a window.
  `CREATE TABLE window_journal (
     window_id uuid NOT NULL,
     at_us bigint NOT NULL,
     slot smallint NOT NULL,
     source text NOT NULL,
     window_type text NOT NULL,
     start_us bigint NOT NULL,
     opens boolean NOT NULL,
     entries bytea NOT NULL,
     PRIMARY KEY (window_id, at_us)
   ) PARTITION BY RANGE (at_us)`,
  `CREATE INDEX window_journal_opened ON window_journal (slot, source, window_type, start_us) WHERE opens`,
  `CREATE TABLE window_journal_default PARTITION OF window_journal DEFAULT`,
  `CREATE TABLE drop_journal (
     slot smallint NOT NULL,
     source text NOT NULL,
     at_us bigint NOT NULL,
     drop_no integer NOT NULL,
     code text NOT NULL,
     event_time_us bigint,
     id text NOT NULL,
     name text NOT NULL,
     window_types text NOT NULL,
     message text NOT NULL,
     PRIMARY KEY (slot, source, at_us, drop_no)
   ) PARTITION BY RANGE (at_us)`,
  `CREATE TABLE drop_journal_default PARTITION OF drop_journal DEFAULT`,
];
