import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the dead-letter and the late topic hold, to be found again, with what was done about it. */
export class RejectedRecords1764306000000 implements MigrationInterface {
  readonly name = 'RejectedRecords1764306000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE rejected_records (
      seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      id uuid NOT NULL UNIQUE,
      kept_on text NOT NULL CHECK (kept_on IN ('dlq', 'late')),
      kept_topic text NOT NULL,
      kept_partition integer NOT NULL,
      kept_offset bigint NOT NULL,
      topic text,
      partition integer,
      "offset" bigint,
      stage text NOT NULL,
      code text NOT NULL,
      message text NOT NULL,
      rejected_at_us bigint NOT NULL,
      source text NOT NULL,
      key bytea,
      value bytea,
      headers bytea NOT NULL,
      redrive_count bigint NOT NULL,
      redriven_from uuid,
      event_time_us bigint,
      state text NOT NULL DEFAULT 'OPEN' CHECK (state IN ('OPEN', 'REDRIVEN', 'DROPPED')),
      settlements jsonb NOT NULL DEFAULT '[]'
    )`);
    await runner.query(
      `CREATE INDEX rejected_open ON rejected_records (topic, code, seq) WHERE kept_on = 'dlq' AND state = 'OPEN'`,
    );
    await runner.query('CREATE INDEX rejected_by_reason ON rejected_records (kept_on, code, seq)');
    await runner.query('CREATE INDEX rejected_by_source ON rejected_records (kept_on, source, seq)');
    await runner.query('CREATE INDEX rejected_kept ON rejected_records (kept_on, kept_partition, kept_offset)');
    await runner.query(
      'CREATE INDEX rejected_again ON rejected_records (redriven_from, seq) WHERE redriven_from IS NOT NULL',
    );
    await runner.query(`CREATE TABLE late_for (
      id uuid NOT NULL REFERENCES rejected_records (id) ON DELETE CASCADE,
      window_type text NOT NULL,
      final_up_to_us bigint NOT NULL,
      PRIMARY KEY (id, window_type)
    )`);
    await runner.query('CREATE INDEX late_for_type ON late_for (window_type)');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
