import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables of the stage (libs/messaging) in a service's own schema. */
export class StageTables1763856000000 implements MigrationInterface {
  readonly name = 'StageTables1763856000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

/** Put these before a service's own migrations. */
export const stageMigrations = [StageTables1763856000000];

const statements = [
  `CREATE TABLE stage_partition (
     stage text NOT NULL,
     partition integer NOT NULL,
     epoch bigint NOT NULL,
     commit_no bigint NOT NULL DEFAULT 0,
     pending bytea,
     owner text NOT NULL,
     taken_at timestamptz NOT NULL,
     PRIMARY KEY (stage, partition)
   ) WITH (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500,
           toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 2000)`,
  // Encoded messages do not shrink enough to pay for the work, and the row is rewritten with every commit.
  `ALTER TABLE stage_partition ALTER COLUMN pending SET STORAGE EXTERNAL`,
  `COMMENT ON COLUMN stage_partition.pending IS 'messages of commit commit_no, still to publish'`,
  `CREATE TABLE stage_position (
     stage text NOT NULL,
     partition integer NOT NULL,
     topic text NOT NULL,
     next_offset bigint NOT NULL,
     PRIMARY KEY (stage, partition, topic)
   ) WITH (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500)`,
  `CREATE TABLE stage_timer (
     slot smallint NOT NULL,
     stage text NOT NULL,
     key text NOT NULL,
     due_us bigint NOT NULL,
     PRIMARY KEY (slot, stage, key)
   )`,
  `CREATE INDEX stage_timer_due ON stage_timer (slot, stage, due_us)`,
  `COMMENT ON COLUMN stage_timer.due_us IS 'processing time, microseconds since 1970'`,
  `CREATE TABLE stage_parked (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     stage text NOT NULL,
     partition integer NOT NULL,
     topic text NOT NULL,
     target_partition integer NOT NULL,
     key text NOT NULL,
     value bytea,
     headers jsonb NOT NULL,
     code text NOT NULL,
     reason text NOT NULL,
     parked_at timestamptz NOT NULL DEFAULT now()
   )`,
  `CREATE TABLE stage_gap (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     stage text NOT NULL,
     partition integer NOT NULL,
     topic text NOT NULL,
     from_offset bigint NOT NULL,
     to_offset bigint NOT NULL,
     found_at timestamptz NOT NULL DEFAULT now()
   )`,
  `CREATE TABLE stage_topic (
     stage text NOT NULL,
     topic text NOT NULL,
     cluster_id text NOT NULL,
     topic_id text,
     seen_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (stage, topic)
   )`,
  `COMMENT ON COLUMN stage_topic.topic_id IS 'null: a person accepted the topic as new'`,
  `CREATE TABLE stage_schema (
     cluster_id text NOT NULL,
     id integer NOT NULL,
     schema text NOT NULL,
     PRIMARY KEY (cluster_id, id)
   )`,
];
