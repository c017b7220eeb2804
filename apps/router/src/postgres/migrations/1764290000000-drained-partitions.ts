import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which partitions have nothing of a draining processor under way. */
export class DrainedPartitions1764290000000 implements MigrationInterface {
  readonly name = 'DrainedPartitions1764290000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const statements = [
  `CREATE TABLE drained_partition (
     processor text NOT NULL,
     partition integer NOT NULL,
     number integer NOT NULL,
     PRIMARY KEY (processor, partition)
   )`,
  `COMMENT ON COLUMN drained_partition.number IS 'of the hold since which nothing of the processor is under way in this partition'`,
  `COMMENT ON COLUMN window_state.queued IS 'queues in which something of the window waits, comma separated: processors for their credit, algorithm:name@version and windowType:name@version for the end of a hold'`,
];
