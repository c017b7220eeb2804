import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Entries of the registry, which are their own outbox; the row that serialises changes; who was heard of. */
export class RegistryTables1763856100000 implements MigrationInterface {
  readonly name = 'RegistryTables1763856100000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const statements = [
  `CREATE TABLE head (
     id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
     revision integer NOT NULL
   )`,
  `COMMENT ON TABLE head IS 'one row: the live revision; whoever changes the registry locks it'`,
  `INSERT INTO head (revision) VALUES (0)`,
  `CREATE TABLE registry_entry (
     seq bigint GENERATED ALWAYS AS IDENTITY,
     kind text NOT NULL CHECK (kind IN ('REVISION', 'POLICY', 'SOURCE')),
     name text NOT NULL,
     number integer NOT NULL,
     body json NOT NULL,
     changed_by text NOT NULL,
     changed_at_us bigint NOT NULL,
     published boolean NOT NULL DEFAULT false,
     PRIMARY KEY (kind, name, number)
   )`,
  `COMMENT ON TABLE registry_entry IS 'every state of every entity; of each the highest number holds'`,
  `COMMENT ON COLUMN registry_entry.published IS 'false: still to be written to the registry topic'`,
  `CREATE INDEX registry_entry_unpublished ON registry_entry (seq) WHERE NOT published`,
  `CREATE TABLE processor_instance (
     slot smallint NOT NULL,
     processor text NOT NULL,
     instance text NOT NULL,
     version text NOT NULL,
     host text NOT NULL,
     sdk text NOT NULL,
     state text NOT NULL,
     algorithms text[] NOT NULL,
     in_flight integer NOT NULL,
     lag_records bigint,
     started_at_us bigint NOT NULL,
     heard_at_us bigint NOT NULL,
     PRIMARY KEY (slot, processor, instance)
   )`,
  `COMMENT ON COLUMN processor_instance.heard_at_us IS 'of its last heartbeat; a day after the last one the row is removed'`,
];
