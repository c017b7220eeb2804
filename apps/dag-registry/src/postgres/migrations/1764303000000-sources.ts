import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sources as they are now: looked up, filtered and paged without their history, which `registry_entry` keeps. */
export class Sources1764303000000 implements MigrationInterface {
  readonly name = 'Sources1764303000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const statements = [
  `CREATE TABLE source (
     name text COLLATE "C" PRIMARY KEY,
     kind text NOT NULL DEFAULT 'unknown',
     parent text COLLATE "C",
     groups text[] NOT NULL DEFAULT '{}',
     labels jsonb NOT NULL DEFAULT '{}',
     body json,
     number integer NOT NULL DEFAULT 0,
     first_seen_us bigint,
     first_signal text
   )`,
  `COMMENT ON TABLE source IS 'every source that was declared, or has sent a signal'`,
  `COMMENT ON COLUMN source.body IS 'its newest entry in registry_entry; null: nobody has declared it'`,
  `COMMENT ON COLUMN source.first_seen_us IS 'processing time of its first signal; null: none has come'`,
  `CREATE INDEX source_undeclared ON source (name) WHERE body IS NULL`,
  `INSERT INTO source (name, kind, parent, groups, labels, body, number)
   SELECT DISTINCT ON (name) name, body ->> 'kind', body ->> 'parent', ARRAY(SELECT json_array_elements_text(body -> 'groups')),
          (body -> 'labels')::jsonb, body, number
   FROM registry_entry WHERE kind = 'SOURCE' ORDER BY name, number DESC`,
  // By a trigger, so that it holds while a version of the service that does not know this table still writes.
  `CREATE FUNCTION source_follows_entries() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     INSERT INTO source AS s (name, kind, parent, groups, labels, body, number)
     SELECT DISTINCT ON (name) name, body ->> 'kind', body ->> 'parent', ARRAY(SELECT json_array_elements_text(body -> 'groups')),
            (body -> 'labels')::jsonb, body, number
     FROM added WHERE kind = 'SOURCE' ORDER BY name, number DESC
     ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, parent = excluded.parent, groups = excluded.groups,
       labels = excluded.labels, body = excluded.body, number = excluded.number
     WHERE s.number < excluded.number;
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER source_follows_entries AFTER INSERT ON registry_entry REFERENCING NEW TABLE AS added
   FOR EACH STATEMENT EXECUTE FUNCTION source_follows_entries()`,
];
