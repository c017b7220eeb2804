import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sources whose signals wait on the overflow topic, and those of which the last came back not long ago. */
export class ParkedSources1764288100000 implements MigrationInterface {
  readonly name = 'ParkedSources1764288100000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}

const statements = [
  `CREATE TABLE parked_sources (
     slot smallint NOT NULL,
     source text NOT NULL,
     since_us bigint NOT NULL,
     signals integer NOT NULL,
     span_us bigint NOT NULL,
     per_second integer NOT NULL,
     burst integer NOT NULL,
     first_offset bigint NOT NULL,
     released_offset bigint NOT NULL,
     release_id text,
     required_offset bigint,
     released_at_us bigint,
     PRIMARY KEY (slot, source)
   )`,
  `COMMENT ON COLUMN parked_sources.signals IS 'how it sent when it was parked: so many signals within span_us'`,
  `COMMENT ON COLUMN parked_sources.first_offset IS 'of the signals topic, as the other offsets are'`,
  `COMMENT ON COLUMN parked_sources.released_at_us IS 'null: it is parked'`,
];
