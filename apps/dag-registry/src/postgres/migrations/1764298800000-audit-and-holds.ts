import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who did what, when and why; entries of what is held. */
export class AuditAndHolds1764298800000 implements MigrationInterface {
  readonly name = 'AuditAndHolds1764298800000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const statements = [
  `CREATE TABLE audit (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     at_us bigint NOT NULL,
     who text NOT NULL,
     team text NOT NULL,
     kind text NOT NULL,
     revision_from integer NOT NULL,
     revision_to integer NOT NULL,
     subjects text[] NOT NULL,
     changes jsonb NOT NULL,
     summary text NOT NULL,
     why text
   )`,
  `COMMENT ON TABLE audit IS 'every change of the registry, written in its transaction and never changed'`,
  `COMMENT ON COLUMN audit.subjects IS 'kind/name of all that was changed'`,
  `COMMENT ON COLUMN audit.changes IS 'the first thousand of them with what was done to each'`,
  `CREATE INDEX audit_subjects ON audit USING gin (subjects)`,
  `CREATE INDEX audit_who ON audit (who, id)`,
  `CREATE INDEX audit_at ON audit (at_us)`,
  `ALTER TABLE registry_entry DROP CONSTRAINT registry_entry_kind_check`,
  `ALTER TABLE registry_entry ADD CONSTRAINT registry_entry_kind_check CHECK (kind IN ('REVISION', 'POLICY', 'SOURCE', 'HOLD')) NOT VALID`,
  `ALTER TABLE registry_entry VALIDATE CONSTRAINT registry_entry_kind_check`,
];
