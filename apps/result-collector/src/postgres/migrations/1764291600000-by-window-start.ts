import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Tables of what is known, partitioned by window start and told with the time at which each thing became known. What the tables
 * before held is copied, into partitions of a month. A service of the version before cannot write to these.
 */
export class ByWindowStart1764291600000 implements MigrationInterface {
  readonly name = 'ByWindowStart1764291600000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}

const before = ['windows', 'panes', 'outcomes', 'withdrawals'];
const tables = [...before, 'window_changes'];

/**
 * One partition of each table; a bound that is null is none. A table is made and then attached: that lets others read and write
 * meanwhile, while `PARTITION OF` would wait for all of them.
 */
const partitionMaker = `CREATE FUNCTION make_partition(suffix text, from_us bigint, to_us bigint) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    parent text;
  BEGIN
    FOREACH parent IN ARRAY ARRAY[${tables.map((table) => `'${table}'`).join(', ')}] LOOP
      EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS) %s', parent || '_' || suffix, parent,
        CASE parent WHEN 'windows' THEN 'WITH (fillfactor = 80)' ELSE '' END);
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', parent, parent || '_' || suffix,
        COALESCE(from_us::text, 'MINVALUE'), COALESCE(to_us::text, 'MAXVALUE'));
    END LOOP;
  END $$`;

const partitionsOfOldRows = `
  SELECT make_partition('p' || to_char(month, 'YYYYMMDD'),
    (extract(epoch FROM month) * 1000000)::bigint, (extract(epoch FROM month + interval '1 month') * 1000000)::bigint)
  FROM (SELECT DISTINCT date_trunc('month', to_timestamp(start_us / 1000000.0) AT TIME ZONE 'UTC') AS month FROM (
      ${before.map((table) => `SELECT start_us FROM ${table}_before`).join(' UNION ALL ')}) AS known
    WHERE start_us >= 946684800000000 AND start_us < 4102444800000000) AS months`;

const statements = [
  ...before.map((table) => `ALTER TABLE ${table} RENAME TO ${table}_before`),
  ...before.map((table) => `ALTER INDEX ${table}_pkey RENAME TO ${table}_before_pkey`),
  `DROP INDEX windows_id, windows_parent, outcomes_source, outcomes_start, outcomes_known`,

  `CREATE TABLE windows (
     slot smallint NOT NULL,
     window_id uuid NOT NULL,
     generation integer NOT NULL,
     start_us bigint NOT NULL,
     end_us bigint NOT NULL,
     key text NOT NULL,
     window_type text NOT NULL,
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
     final_version bigint,
     final_revision integer,
     final_at_us bigint,
     PRIMARY KEY (slot, window_id, generation, start_us)
   ) PARTITION BY RANGE (start_us)`,
  `COMMENT ON TABLE windows IS 'as they now stand; a window''s start never changes'`,
  `COMMENT ON COLUMN windows.version IS 'of the trigger''s records; -1: only an outcome has told of this window'`,
  `COMMENT ON COLUMN windows.metadata IS 'as an outcome told it; that of a pane is with the pane'`,
  `CREATE INDEX windows_id ON windows (window_id)`,
  `CREATE INDEX windows_parent ON windows (slot, parent_window_id) WHERE parent_window_id IS NOT NULL`,
  `CREATE INDEX windows_opened ON windows ((opened_by ->> 'executionId')) WHERE opened_by IS NOT NULL`,

  `CREATE TABLE window_changes (
     slot smallint NOT NULL,
     window_id uuid NOT NULL,
     generation integer NOT NULL,
     start_us bigint NOT NULL,
     kind text NOT NULL CHECK (kind IN ('WITHDRAWN', 'COMPLETE')),
     version bigint NOT NULL,
     revision integer,
     at_us bigint NOT NULL,
     reason text,
     replaced_by uuid[],
     PRIMARY KEY (slot, window_id, generation, start_us, kind, version)
   ) PARTITION BY RANGE (start_us)`,
  `COMMENT ON TABLE window_changes IS 'what panes and outcomes do not tell: withdrawn; complete without an outcome'`,

  `CREATE TABLE child_bounds (
     slot smallint NOT NULL,
     parent_window_id uuid NOT NULL,
     generation integer NOT NULL,
     version bigint NOT NULL,
     start_us bigint NOT NULL,
     PRIMARY KEY (slot, parent_window_id, generation, version)
   )`,
  `COMMENT ON TABLE child_bounds IS 'withdrawals of children outside of their parent that were applied, so that none is applied twice'`,

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
     gap_us bigint,
     watermark_us bigint,
     metadata jsonb,
     dag_revision bigint NOT NULL,
     policy_revision bigint NOT NULL,
     fired_at_us bigint NOT NULL,
     PRIMARY KEY (slot, window_id, generation, revision, start_us)
   ) PARTITION BY RANGE (start_us)`,

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
     other_windows boolean NOT NULL DEFAULT false,
     stale_at_us bigint,
     completes boolean NOT NULL DEFAULT false,
     emissions jsonb,
     known_at_us bigint NOT NULL,
     started_at_us bigint,
     ended_at_us bigint,
     cpu_ms float8,
     processor text NOT NULL,
     processor_version text,
     instance text,
     arrival bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
     PRIMARY KEY (slot, window_id, execution_id, start_us)
   ) PARTITION BY RANGE (start_us)`,
  `COMMENT ON COLUMN outcomes.result IS 'Avro bytes of io.windlass.v1.Value'`,
  `COMMENT ON COLUMN outcomes.result_double IS 'the result again when it is a plain number'`,
  `COMMENT ON COLUMN outcomes.input_groups IS 'relation and algorithm of the inputs, in runs: the ids are in the arrays'`,
  `COMMENT ON COLUMN outcomes.other_windows IS 'some inputs are of other windows: only these are found by their inputs'`,
  `COMMENT ON COLUMN outcomes.stale_at_us IS 'when it became known that its inputs no longer hold'`,
  `COMMENT ON COLUMN outcomes.completes IS 'with it every execution of its revision was terminal'`,
  `COMMENT ON COLUMN outcomes.arrival IS 'number of the transaction that stored it'`,
  `CREATE INDEX outcomes_source ON outcomes (slot, key, start_us, execution_id)`,
  `CREATE INDEX outcomes_start ON outcomes (start_us, execution_id)`,
  `CREATE INDEX outcomes_known ON outcomes USING brin (known_at_us) WITH (pages_per_range = 32, autosummarize = on)`,
  `CREATE INDEX outcomes_arrival ON outcomes (arrival)`,
  // A range of 32 pages holds some 700 rows. Ids are looked up one at a time, by people: a tree of them would cost each insert more.
  `CREATE INDEX outcomes_execution ON outcomes USING brin (execution_id uuid_bloom_ops (n_distinct_per_range = 700))
     WITH (pages_per_range = 32, autosummarize = on)`,
  `CREATE INDEX outcomes_inputs ON outcomes USING gin (input_execution_ids) WHERE other_windows`,

  `CREATE TABLE withdrawals (
     slot smallint NOT NULL,
     execution_id uuid NOT NULL,
     window_id uuid NOT NULL,
     generation integer NOT NULL,
     key text NOT NULL,
     window_type text NOT NULL,
     algorithm text NOT NULL,
     run integer NOT NULL,
     start_us bigint NOT NULL,
     reason text NOT NULL,
     known_at_us bigint NOT NULL,
     arrival bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
     PRIMARY KEY (slot, execution_id, start_us)
   ) PARTITION BY RANGE (start_us)`,
  `CREATE INDEX withdrawals_arrival ON withdrawals (arrival)`,

  partitionMaker,
  `SELECT make_partition('past', NULL, 946684800000000), make_partition('future', 4102444800000000, NULL)`,
  partitionsOfOldRows,

  `INSERT INTO windows (slot, window_id, generation, start_us, end_us, key, window_type, version, revision, state, state_at_us,
     state_reason, replaced_by, parent_window_id, metadata, lane, depth, opened_by, final_version, final_revision, final_at_us)
   SELECT slot, window_id, generation, start_us, end_us, key, window_type, version, revision, state, state_at_us,
     state_reason, replaced_by, parent_window_id, metadata, lane, depth, opened_by,
     CASE WHEN state = 'FINAL' THEN version END, CASE WHEN state = 'FINAL' THEN revision END,
     CASE WHEN state = 'FINAL' THEN state_at_us END
   FROM windows_before`,
  `INSERT INTO window_changes (slot, window_id, generation, start_us, kind, version, revision, at_us, reason, replaced_by)
   SELECT slot, window_id, generation, start_us, 'WITHDRAWN', version, NULL, state_at_us, state_reason, replaced_by
   FROM windows_before WHERE state = 'WITHDRAWN'
   UNION ALL
   SELECT w.slot, w.window_id, w.generation, w.start_us, 'COMPLETE', w.outcome_version, w.complete_revision,
     COALESCE(max(o.known_at_us), w.state_at_us, 0), NULL, NULL
   FROM windows_before w LEFT JOIN outcomes_before o
     ON o.slot = w.slot AND o.window_id = w.window_id AND o.generation = w.generation AND o.revision = w.complete_revision
   WHERE w.complete_revision IS NOT NULL
   GROUP BY w.slot, w.window_id, w.generation, w.start_us, w.outcome_version, w.complete_revision, w.state_at_us`,
  `INSERT INTO panes (slot, window_id, generation, revision, start_us, end_us, version, timing, is_final, elements, added,
     completeness, gap_us, watermark_us, metadata, dag_revision, policy_revision, fired_at_us)
   SELECT p.slot, p.window_id, p.generation, p.revision, p.start_us, p.end_us, p.version, p.timing, p.is_final, p.elements, p.added,
     p.completeness, p.gap_us, p.watermark_us, w.metadata, p.dag_revision, p.policy_revision, p.fired_at_us
   FROM panes_before p LEFT JOIN windows_before w
     ON w.slot = p.slot AND w.window_id = p.window_id AND w.generation = p.generation`,
  // What arrived before is older than all that arrives.
  `INSERT INTO outcomes (slot, window_id, execution_id, start_us, end_us, key, window_type, generation, revision, version, is_final,
     completeness, dag_revision, policy_revision, lane, algorithm, run, attempt, state, reason, result, result_double, unit,
     input_execution_ids, input_window_ids, input_groups, other_windows, stale_at_us, completes, emissions, known_at_us,
     started_at_us, ended_at_us, cpu_ms, processor, processor_version, instance, arrival)
   SELECT slot, window_id, execution_id, start_us, end_us, key, window_type, generation, revision, version, is_final,
     completeness, dag_revision, policy_revision, lane, algorithm, run, attempt, state, reason, result, result_double, unit,
     input_execution_ids, input_window_ids, input_groups, EXISTS (SELECT FROM unnest(input_window_ids) AS i (id) WHERE i.id <> window_id),
     CASE WHEN stale_input THEN known_at_us END, false, emissions, known_at_us,
     started_at_us, ended_at_us, cpu_ms, processor, processor_version, instance, 0
   FROM outcomes_before`,
  `INSERT INTO withdrawals (slot, execution_id, window_id, generation, key, window_type, algorithm, run, start_us, reason,
     known_at_us, arrival)
   SELECT d.slot, d.execution_id, d.window_id, d.generation, COALESCE(w.key, ''), COALESCE(w.window_type, ''), d.algorithm, d.run,
     d.start_us, d.reason, d.known_at_us, 0
   FROM withdrawals_before d LEFT JOIN windows_before w
     ON w.slot = d.slot AND w.window_id = d.window_id AND w.generation = d.generation`,
  ...before.map((table) => `DROP TABLE ${table}_before`),
];
