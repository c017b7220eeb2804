import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Window types of sources that should have fired and have not: what is told of them, so that it can be asked for. */
export class Silences1764230000000 implements MigrationInterface {
  readonly name = 'Silences1764230000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE silences (
      slot smallint NOT NULL,
      source text NOT NULL,
      window_type text NOT NULL,
      owner text NOT NULL,
      since_us bigint NOT NULL,
      expected_by_us bigint NOT NULL,
      usual_step_us bigint,
      told_at_us bigint NOT NULL,
      PRIMARY KEY (slot, source, window_type)
    )`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
