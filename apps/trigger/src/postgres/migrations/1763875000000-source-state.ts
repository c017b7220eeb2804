import type { MigrationInterface, QueryRunner } from 'typeorm';

/** State of sources: one packed row each; what would make that row long is kept apart and only appended to. */
export class SourceState1763875000000 implements MigrationInterface {
  readonly name = 'SourceState1763875000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}

const statements = [
  `CREATE TABLE source_states (
     slot smallint NOT NULL,
     source text NOT NULL,
     state bytea NOT NULL,
     PRIMARY KEY (slot, source)
   ) WITH (fillfactor = 60)`,
  // Packed already: compressing it again costs more than it saves.
  `ALTER TABLE source_states ALTER COLUMN state SET STORAGE EXTERNAL`,
  `CREATE TABLE kept_signals (
     slot smallint NOT NULL,
     source text NOT NULL,
     event_time_us bigint NOT NULL,
     id text NOT NULL,
     signal bytea NOT NULL,
     PRIMARY KEY (slot, source, event_time_us, id)
   )`,
  `CREATE TABLE past_children (
     slot smallint NOT NULL,
     source text NOT NULL,
     parent_id uuid NOT NULL,
     window_id uuid NOT NULL,
     window_type text NOT NULL,
     start_us bigint NOT NULL,
     end_us bigint NOT NULL,
     version bigint NOT NULL,
     PRIMARY KEY (slot, source, parent_id, window_id)
   )`,
];
