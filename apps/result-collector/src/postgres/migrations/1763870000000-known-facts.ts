import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Tables of what is known. The keys of panes and outcomes hold the window's start, so that they can be partitioned by it. Ids are
 * 16 bytes (uuid). Times are microseconds since 1970: `start_us` and `end_us` event time, all others processing time.
 */
export class KnownFacts1763870000000 implements MigrationInterface {
  readonly name = 'KnownFacts1763870000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}

const statements = [
  `CREATE TABLE windows (
     slot smallint NOT NULL,
     window_id uuid NOT NULL,
     generation integer NOT NULL,
     key text NOT NULL,
     window_type text NOT NULL,
     start_us bigint NOT NULL,
     end_us bigint NOT NULL,
     version bigint NOT NULL,
     revision integer,
     state text CHECK (state IN ('OPEN', 'FINAL', 'WITHDRAWN')),
     state_at_us bigint,
     state_reason text,
     replaced_by uuid[],
     parent_window_id uuid,
     metadata jsonb,
     lane text,
     depth integer,
     opened_by jsonb,
     complete_revision integer,
     outcome_version bigint NOT NULL,
     PRIMARY KEY (slot, window_id, generation)
   ) WITH (fillfactor = 80)`,
  `COMMENT ON COLUMN windows.version IS 'of the trigger''s records; -1: only an outcome has told of this window'`,
  `CREATE INDEX windows_id ON windows (window_id)`,
  `CREATE INDEX windows_parent ON windows (slot, parent_window_id) WHERE parent_window_id IS NOT NULL`,
  `CREATE TABLE panes (
     slot smallint NOT NULL,
     window_id uuid NOT NULL,
     generation integer NOT NULL,
     revision integer NOT NULL,
     start_us bigint NOT NULL,
     end_us bigint NOT NULL,
     version bigint NOT NULL,
     timing text NOT NULL,
     is_final boolean NOT NULL,
     elements bigint NOT NULL,
     added bigint NOT NULL,
     completeness float8,
     dag_revision bigint NOT NULL,
     policy_revision bigint NOT NULL,
     fired_at_us bigint NOT NULL,
     PRIMARY KEY (slot, window_id, generation, revision, start_us)
   )`,
  `CREATE TABLE outcomes (
     slot smallint NOT NULL,
     window_id uuid NOT NULL,
     execution_id uuid NOT NULL,
     start_us bigint NOT NULL,
     end_us bigint NOT NULL,
     key text NOT NULL,
     window_type text NOT NULL,
     generation integer NOT NULL,
     revision integer NOT NULL,
     version bigint NOT NULL,
     is_final boolean NOT NULL,
     completeness float8,
     dag_revision bigint NOT NULL,
     policy_revision bigint NOT NULL,
     lane text NOT NULL,
     algorithm text NOT NULL,
     run integer NOT NULL,
     attempt integer NOT NULL,
     state text NOT NULL,
     reason jsonb,
     result bytea,
     result_double float8,
     unit text,
     input_execution_ids uuid[] NOT NULL,
     input_window_ids uuid[] NOT NULL,
     input_groups jsonb,
     stale_input boolean NOT NULL,
     emissions jsonb,
     known_at_us bigint NOT NULL,
     started_at_us bigint,
     ended_at_us bigint,
     cpu_ms float8,
     processor text NOT NULL,
     processor_version text,
     instance text,
     PRIMARY KEY (slot, window_id, execution_id, start_us)
   )`,
  `COMMENT ON COLUMN outcomes.result IS 'Avro bytes of io.windlass.v1.Value'`,
  `COMMENT ON COLUMN outcomes.result_double IS 'the result again when it is a plain number'`,
  `COMMENT ON COLUMN outcomes.input_groups IS 'relation and algorithm of the inputs, in runs: the ids are in the arrays'`,
  `CREATE INDEX outcomes_source ON outcomes (slot, key, start_us, execution_id)`,
  `CREATE INDEX outcomes_start ON outcomes (start_us, execution_id)`,
  `CREATE TABLE withdrawals (
     slot smallint NOT NULL,
     execution_id uuid NOT NULL,
     window_id uuid NOT NULL,
     generation integer NOT NULL,
     algorithm text NOT NULL,
     run integer NOT NULL,
     start_us bigint NOT NULL,
     reason text NOT NULL,
     known_at_us bigint NOT NULL,
     PRIMARY KEY (slot, execution_id)
   )`,
];
