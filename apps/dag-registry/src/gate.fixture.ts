import { eventually } from '@windlass/testing';
import pg from 'pg';

/** Where the work of a registry process is stopped, so that it can be killed right there. */
export type Point =
  'before its transaction' | 'at its commit' | 'before publishing' | 'before what is published is marked';

const KEY = 7_301;

/** Locks by which a test stops a process inside Postgres, and what it asks of the same database. */
export class Gate {
  private readonly client: pg.Client;

  private constructor(client: pg.Client) {
    this.client = client;
  }

  static async on(url: string): Promise<Gate> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query('SET search_path TO dag_registry');
    return new Gate(client);
  }

  async close(at: Point): Promise<void> {
    await this.client.query(`CREATE OR REPLACE FUNCTION wait_at_gate() RETURNS trigger AS
      'BEGIN PERFORM pg_advisory_xact_lock(${KEY}); RETURN NULL; END' LANGUAGE plpgsql`);
    const trigger = 'FOR EACH ROW EXECUTE FUNCTION wait_at_gate()';
    if (at === 'at its commit')
      await this.client.query(
        `CREATE CONSTRAINT TRIGGER gate AFTER INSERT ON registry_entry DEFERRABLE INITIALLY DEFERRED ${trigger}`,
      );
    if (at === 'before what is published is marked')
      await this.client.query(`CREATE TRIGGER gate AFTER UPDATE ON registry_entry ${trigger}`);
    await this.client.query('BEGIN');
    if (at === 'before its transaction') await this.client.query('SELECT revision FROM head FOR UPDATE');
    else if (at === 'before publishing')
      await this.client.query("SELECT pg_advisory_xact_lock(hashtextextended('windlass.dag_registry.outbox', 0))");
    else await this.client.query('SELECT pg_advisory_xact_lock($1)', [KEY]);
  }

  /** Resolves when somebody waits at the gate. */
  async reached(): Promise<void> {
    await eventually(async () => (await this.waiting()).length > 0, { deadlineMs: 90_000 });
  }

  /** Lets whatever waits go on; with `cut` its connection ends first, as it would when its process is found dead. */
  async open({ cut }: { readonly cut: boolean }): Promise<void> {
    if (cut) for (const pid of await this.waiting()) await this.client.query('SELECT pg_terminate_backend($1)', [pid]);
    await this.client.query('COMMIT');
    await eventually(async () => (await this.waiting()).length === 0);
    await this.client.query('DROP TRIGGER IF EXISTS gate ON registry_entry');
  }

  /** Numbers of all revisions that are committed, in order. */
  async revisions(): Promise<number[]> {
    const { rows } = await this.client.query<{ number: number }>(
      "SELECT number FROM registry_entry WHERE kind = 'REVISION' ORDER BY number",
    );
    return rows.map(({ number }) => number);
  }

  async unpublished(): Promise<number> {
    const { rows } = await this.client.query<{ count: string }>(
      'SELECT count(*) FROM registry_entry WHERE NOT published',
    );
    return Number(rows[0]!.count);
  }

  async end(): Promise<void> {
    await this.client.end();
  }

  private async waiting(): Promise<number[]> {
    const { rows } = await this.client.query<{ pid: number }>(
      "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    return rows.map(({ pid }) => pid);
  }
}
