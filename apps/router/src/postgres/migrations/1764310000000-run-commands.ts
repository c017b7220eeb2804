import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people asked to be done with runs; what failed, so that it can be found. */
export class RunCommands1764310000000 implements MigrationInterface {
  readonly name = 'RunCommands1764310000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const statements = [
  `CREATE TABLE run_command (
     command_id text NOT NULL,
     n integer NOT NULL,
     slot smallint NOT NULL,
     key text NOT NULL,
     window_key text NOT NULL,
     execution_id text NOT NULL,
     algorithm text NOT NULL,
     run integer NOT NULL,
     action text NOT NULL,
     by text NOT NULL,
     why text,
     asked_us bigint NOT NULL,
     done_us bigint,
     refusal_code text,
     refusal text,
     PRIMARY KEY (command_id, n)
   )`,
  `COMMENT ON COLUMN run_command.n IS 'place among the runs of the command'`,
  `COMMENT ON COLUMN run_command.done_us IS 'processing time when the owner of the slot followed or refused it. NULL: it waits'`,
  `CREATE INDEX run_command_waiting ON run_command (slot, asked_us) WHERE done_us IS NULL`,
  `CREATE INDEX run_command_asked ON run_command (asked_us)`,
  `ALTER TABLE window_state ADD COLUMN failed text, ADD COLUMN failed_start_us bigint`,
  `COMMENT ON COLUMN window_state.failed IS 'algorithms whose run ended without a result and may be tried again, comma separated; NULL: none'`,
  `COMMENT ON COLUMN window_state.failed_start_us IS 'start of a window of which something failed, event time'`,
  `CREATE INDEX window_state_failed ON window_state (failed_start_us) WHERE failed IS NOT NULL`,
];
