import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was told of processors, the clock of their instances, and the timer of the first look. */
export class ProcessorWatch1764302400000 implements MigrationInterface {
  readonly name = 'ProcessorWatch1764302400000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const statements = [
  `CREATE TABLE processor_watch (
     processor text PRIMARY KEY,
     owner text NOT NULL,
     known_since_us bigint NOT NULL,
     silent_since_us bigint,
     growing_since_us bigint,
     lag bigint,
     lag_at_us bigint NOT NULL,
     base_lag bigint NOT NULL,
     base_us bigint NOT NULL,
     peak_lag bigint NOT NULL,
     peak_us bigint NOT NULL
   )`,
  `COMMENT ON TABLE processor_watch IS 'of each registered processor what was told on the notices topic and has not ended, and how its lag has gone'`,
  `ALTER TABLE processor_instance ADD COLUMN told_at_us bigint NOT NULL DEFAULT 0`,
  `COMMENT ON COLUMN processor_instance.told_at_us IS 'of its last heartbeat, by its own clock: the latest is kept'`,
  `COMMENT ON COLUMN processor_instance.heard_at_us IS 'when Kafka took its last heartbeat; a day later the row is removed'`,
  `INSERT INTO stage_timer (slot, stage, key, due_us) VALUES (0, 'dag-registry', '!watch', 0) ON CONFLICT DO NOTHING`,
];
