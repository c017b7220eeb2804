import pg from 'pg';
import type { LeaseSample, StoredOutcome } from './facts.ts';

const STAGES = { trigger: 'trigger', router: 'router', 'result-collector': 'result_collector' } as const;
export type StageName = keyof typeof STAGES;
export const stageNames = Object.keys(STAGES) as StageName[];

interface LeaseRow {
  readonly partition: number;
  readonly owner: string;
  readonly epoch: string;
  readonly commit_no: string;
}

/** What the services have written to Postgres. Rejects while it is away. */
export class Known {
  readonly #pool: pg.Pool;
  readonly #partitions: number;

  constructor(postgresUrl: string, partitions: number) {
    this.#pool = new pg.Pool({ connectionString: postgresUrl, max: 2, connectionTimeoutMillis: 5_000 });
    this.#pool.on('error', () => undefined);
    this.#partitions = partitions;
  }

  async leases(stage: StageName): Promise<LeaseSample[]> {
    const { rows } = await this.#pool.query<LeaseRow>(
      `SELECT partition, owner, epoch, commit_no FROM ${STAGES[stage]}.stage_partition WHERE stage = $1 ORDER BY partition`,
      [stage],
    );
    return rows.map(({ partition, owner, epoch, commit_no }) => ({
      ...{ stage, partition, owner, epoch: Number(epoch), commitNo: Number(commit_no) },
    }));
  }

  /** Partitions of a stage that this process holds. */
  async heldBy(stage: StageName, pid: number): Promise<number[]> {
    const leases = await this.leases(stage);
    return leases.filter(({ owner }) => owner.split(':')[1] === String(pid)).map(({ partition }) => partition);
  }

  /** Outcomes of these partitions. Default: of all. */
  async countStored(
    partitions: readonly number[] = Array.from({ length: this.#partitions }, (_, partition) => partition),
  ): Promise<number> {
    const { rows } = await this.#pool.query<{ stored: number }>(
      `SELECT count(*)::integer AS stored FROM result_collector.outcomes WHERE slot % $1 = ANY ($2)`,
      [this.#partitions, partitions],
    );
    return rows[0]!.stored;
  }

  async stored(): Promise<StoredOutcome[]> {
    const { rows } = await this.#pool.query<StoredOutcome>(
      `SELECT key, start_us::float8 AS "startUs", algorithm, replace(execution_id::text, '-', '') AS "executionId",
              state, result_double AS value
       FROM result_collector.outcomes`,
    );
    return rows;
  }

  async parked(): Promise<string[]> {
    const all = await Promise.all(
      stageNames.map(async (stage) => {
        const { rows } = await this.#pool.query<{ code: string; topic: string; reason: string }>(
          `SELECT code, topic, reason FROM ${STAGES[stage]}.stage_parked`,
        );
        return rows.map(({ code, topic, reason }) => `${stage}: parked for ${topic}: ${code}: ${reason}`);
      }),
    );
    return all.flat();
  }

  /** Records that a stage found to be gone before it had read them. */
  async gapRecords(stage: StageName): Promise<number> {
    const { rows } = await this.#pool.query<{ records: number }>(
      `SELECT coalesce(sum(to_offset - from_offset), 0)::integer AS records FROM ${STAGES[stage]}.stage_gap`,
    );
    return rows[0]!.records;
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}
