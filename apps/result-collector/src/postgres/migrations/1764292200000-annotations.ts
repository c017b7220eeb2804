import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people said of windows, results and sources. It is told by no topic: a rebuild leaves it. */
export class Annotations1764292200000 implements MigrationInterface {
  readonly name = 'Annotations1764292200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE annotations (
      id uuid PRIMARY KEY,
      kind text NOT NULL CHECK (kind IN ('WINDOW', 'RESULT', 'SOURCE')),
      target text NOT NULL,
      from_us bigint,
      to_us bigint,
      text text NOT NULL,
      labels text[] NOT NULL,
      author text NOT NULL,
      team text NOT NULL,
      noted_at_us bigint NOT NULL,
      withdrawn_by text,
      withdrawn_at_us bigint
    )`);
    await runner.query('CREATE INDEX annotations_target ON annotations (target, kind)');
    await runner.query('CREATE INDEX annotations_noted ON annotations (noted_at_us, id)');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
