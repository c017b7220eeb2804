import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Ids of older elements of a source, by block: read only when an element comes of their time. */
export class SealedIds1764326000000 implements MigrationInterface {
  readonly name = 'SealedIds1764326000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}

const statements = [
  `CREATE TABLE sealed_ids (
     slot smallint NOT NULL,
     source text NOT NULL,
     block bigint NOT NULL,
     hashes bytea NOT NULL,
     PRIMARY KEY (slot, source, block)
   )`,
  // Hashes do not get shorter.
  `ALTER TABLE sealed_ids ALTER COLUMN hashes SET STORAGE EXTERNAL`,
  `COMMENT ON COLUMN sealed_ids.hashes IS 'packed 53-bit hashes of ids'`,
];
