import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which policies all sources of a partition have been told of. */
export class ToldPolicies1764325000000 implements MigrationInterface {
  readonly name = 'ToldPolicies1764325000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}

const statements = [
  `CREATE TABLE told_policies (
     partition integer PRIMARY KEY,
     partitions integer NOT NULL,
     numbers jsonb NOT NULL
   )`,
  `COMMENT ON COLUMN told_policies.partitions IS 'of the hub when they were told: with another number they are told anew'`,
  `COMMENT ON COLUMN told_policies.numbers IS 'of the policies, by window type'`,
];
