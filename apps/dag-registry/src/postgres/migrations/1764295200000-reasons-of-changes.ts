import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was said about a change by whoever made it. */
export class ReasonsOfChanges1764295200000 implements MigrationInterface {
  readonly name = 'ReasonsOfChanges1764295200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE registry_entry ADD COLUMN why text');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
