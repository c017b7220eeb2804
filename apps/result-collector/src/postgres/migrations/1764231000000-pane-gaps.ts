import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What else a pane tells of how complete it is; null: not known. */
export class PaneGaps1764231000000 implements MigrationInterface {
  readonly name = 'PaneGaps1764231000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE panes ADD COLUMN gap_us bigint, ADD COLUMN watermark_us bigint');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
