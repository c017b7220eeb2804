import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which store this is: made anew with every rebuild, so that a position in the one before is known to be none in this. */
export class StoreIdentity1764292800000 implements MigrationInterface {
  readonly name = 'StoreIdentity1764292800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE store_identity (
      one boolean PRIMARY KEY DEFAULT true CHECK (one),
      id uuid NOT NULL DEFAULT gen_random_uuid(),
      made_at timestamptz NOT NULL DEFAULT now()
    )`);
    await runner.query('INSERT INTO store_identity DEFAULT VALUES');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}
