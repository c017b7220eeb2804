import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Outcomes of a span of processing time are found without reading all: rows lie about in the order in which they became known. */
export class OutcomesKnown1764280200000 implements MigrationInterface {
  readonly name = 'OutcomesKnown1764280200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE INDEX outcomes_known ON outcomes USING brin (known_at_us) WITH (pages_per_range = 32, autosummarize = on)',
    );
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
