import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One packed row a window; the schemas by which packed bytes were written. */
export class WindowTables1763861000000 implements MigrationInterface {
  readonly name = 'WindowTables1763861000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const statements = [
  `CREATE TABLE stored_schema (
     id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     schema text NOT NULL UNIQUE
   )`,
  `COMMENT ON TABLE stored_schema IS 'Avro schemas of packed bytes, which begin with the id (2 bytes, big-endian)'`,
  `CREATE TABLE window_state (
     slot smallint NOT NULL,
     key text NOT NULL,
     window_id bytea NOT NULL,
     generation integer NOT NULL,
     version bigint NOT NULL,
     next_run integer NOT NULL,
     done_us bigint,
     active boolean NOT NULL,
     lane text,
     window_type text,
     queued text,
     dispatched text,
     pane bytea,
     waiting bytea,
     state bytea,
     PRIMARY KEY (slot, key, window_id, generation)
   ) WITH (fillfactor = 70)`,
  `COMMENT ON COLUMN window_state.done_us IS 'since when the window cannot change; it is kept only to be recognised. NULL: it may'`,
  `COMMENT ON COLUMN window_state.active IS 'a task of it is queued or on its topic'`,
  `COMMENT ON COLUMN window_state.queued IS 'processors with a task that waits for credit, comma separated'`,
  `COMMENT ON COLUMN window_state.dispatched IS 'processors of tasks on their topic, one entry a task, comma separated'`,
  `CREATE INDEX window_state_active ON window_state (slot) WHERE active`,
];
