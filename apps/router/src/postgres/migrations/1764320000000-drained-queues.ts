import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Algorithms and window types can be drained too; the column keeps its name, because a version before this one writes it. */
export class DrainedQueues1764320000000 implements MigrationInterface {
  readonly name = 'DrainedQueues1764320000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const statements = [
  `COMMENT ON COLUMN drained_partition.processor IS 'what is drained: a processor, algorithm:name@version or windowType:name@version'`,
  `COMMENT ON COLUMN drained_partition.number IS 'of the hold since which nothing of it is under way in this partition'`,
];
