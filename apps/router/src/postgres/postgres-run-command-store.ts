import type { RunRefusal } from '@windlass/execution';
import type { StageTransaction } from '@windlass/messaging';
import { storeError } from '@windlass/persistence';
import type { DataSource } from 'typeorm';
import type { AskedRun, CommandedRun, CommandSummary, RunCommandStore } from '../commands/ports.ts';

/** Commands that are done are forgotten after so long. */
const KEPT_US = 90 * 86_400e6;

type Row = Omit<AskedRun, 'askedUs'> & {
  readonly askedUs: string;
  readonly doneUs: string | null;
  readonly refusalCode: RunRefusal['code'] | null;
  readonly refusal: string | null;
};

/** Commands in `run_command`, a row for each run. */
export class PostgresRunCommandStore implements RunCommandStore {
  private readonly dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.dataSource = dataSource;
  }

  async ask(runs: readonly AskedRun[]): Promise<void> {
    const { askedUs } = runs[0]!;
    await this.query(forgetSql, [askedUs - KEPT_US]);
    await this.query(askSql, [JSON.stringify(runs)]);
  }

  async find(commandId: string): Promise<readonly CommandedRun[]> {
    return (await this.query<Row>(`${selectSql} WHERE command_id = $1 ORDER BY n`, [commandId])).map(commandedRun);
  }

  async list(limit: number): Promise<readonly CommandSummary[]> {
    const rows = await this.query<CommandSummary>(listSql, [limit]);
    return rows.map((row) => ({ ...row, askedUs: Number(row.askedUs) }));
  }

  async waitingSlots(): Promise<readonly number[]> {
    const rows = await this.query<{ slot: number }>(slotsSql, []);
    return rows.map(({ slot }) => slot);
  }

  async waiting(tx: StageTransaction, slots: readonly number[], limit: number): Promise<readonly AskedRun[]> {
    const rows = await tx.query<Row>(
      `${selectSql} WHERE done_us IS NULL AND slot = ANY($1::smallint[]) ORDER BY asked_us, command_id, n LIMIT $2`,
      [slots, limit],
    );
    return rows.map(commandedRun);
  }

  async done(tx: StageTransaction, runs: readonly CommandedRun[]): Promise<void> {
    await tx.query(doneSql, [
      runs.map(({ commandId }) => commandId),
      runs.map(({ n }) => n),
      runs.map(({ doneUs }) => doneUs),
      runs.map(({ refusal }) => refusal?.code ?? null),
      runs.map(({ refusal }) => refusal?.message ?? null),
    ]);
  }

  private async query<T>(sql: string, parameters: unknown[]): Promise<T[]> {
    try {
      return await this.dataSource.query(sql, parameters);
    } catch (error) {
      throw storeError(error);
    }
  }
}

const commandedRun = ({ askedUs, doneUs, refusalCode, refusal, ...run }: Row): CommandedRun => ({
  ...run,
  askedUs: Number(askedUs),
  doneUs: doneUs === null ? null : Number(doneUs),
  refusal: refusalCode === null ? null : { code: refusalCode, message: refusal ?? '' },
});

const selectSql = `
  SELECT command_id AS "commandId", n, slot, key, window_key AS "window", execution_id AS "executionId", algorithm, run, action,
    by, why, asked_us AS "askedUs", done_us AS "doneUs", refusal_code AS "refusalCode", refusal
  FROM run_command`;

/** All of a command or, when its id is known, nothing: two that ask at once meet at its first row. */
const askSql = `
  WITH asked AS (
    SELECT * FROM json_to_recordset($1::json) AS run ("commandId" text, n integer, slot smallint, key text, "window" text,
      "executionId" text, algorithm text, run integer, action text, by text, why text, "askedUs" bigint)
  ), first AS (
    INSERT INTO run_command (command_id, n, slot, key, window_key, execution_id, algorithm, run, action, by, why, asked_us)
    SELECT * FROM asked WHERE n = 0 ON CONFLICT DO NOTHING RETURNING command_id
  )
  INSERT INTO run_command (command_id, n, slot, key, window_key, execution_id, algorithm, run, action, by, why, asked_us)
  SELECT asked.* FROM asked JOIN first ON first.command_id = asked."commandId" WHERE n > 0`;

const forgetSql = 'DELETE FROM run_command WHERE asked_us < $1 AND done_us IS NOT NULL';

const slotsSql = 'SELECT DISTINCT slot FROM run_command WHERE done_us IS NULL';

const listSql = `
  SELECT command_id AS "commandId", min(action) AS action, min(by) AS by, min(why) AS why, min(asked_us) AS "askedUs",
    count(*)::integer AS runs, (count(*) FILTER (WHERE done_us IS NULL))::integer AS waiting,
    count(refusal_code)::integer AS refused
  FROM run_command GROUP BY command_id ORDER BY min(asked_us) DESC, command_id LIMIT $1`;

const doneSql = `
  UPDATE run_command AS c SET done_us = d.done_us, refusal_code = d.code, refusal = d.message
  FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::text[], $5::text[]) AS d (command_id, n, done_us, code, message)
  WHERE c.command_id = d.command_id AND c.n = d.n`;
