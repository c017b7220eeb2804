import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An index entry has at most 2,704 bytes, and a schema may have more: its digest keeps it from being stored twice. */
export class StoredSchemaDigest1764311000000 implements MigrationInterface {
  readonly name = 'StoredSchemaDigest1764311000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const statements = [
  `ALTER TABLE stored_schema DROP CONSTRAINT stored_schema_schema_key`,
  `CREATE UNIQUE INDEX stored_schema_digest ON stored_schema (md5(schema))`,
];
