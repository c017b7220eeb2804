import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Revisions are stored as what differs from the one before: what is read of them by number, and what has come since. */
export class RevisionDifferences1764300000000 implements MigrationInterface {
  readonly name = 'RevisionDifferences1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const statements = [
  `CREATE TABLE revision_snapshot (
     number integer PRIMARY KEY,
     body json NOT NULL
   )`,
  `COMMENT ON TABLE revision_snapshot IS 'some revisions as a whole, so that no chain of differences is long; each can be made again from registry_entry'`,
  `COMMENT ON COLUMN registry_entry.body IS 'of a revision what differs from the one before (it has a base), or the whole'`,
  `CREATE INDEX registry_entry_revision ON registry_entry (number) WHERE kind = 'REVISION'`,
  `CREATE INDEX registry_entry_whole_revision ON registry_entry (number) WHERE kind = 'REVISION' AND (body ->> 'base') IS NULL`,
  `CREATE INDEX registry_entry_dag ON registry_entry (seq) WHERE kind IN ('REVISION', 'POLICY')`,
];
