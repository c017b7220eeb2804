import type {
  ParkedMessage,
  StageLease,
  StageStore,
  StageUnitOfWork,
  StoredTimer,
  TakenPartition,
  TopicIdentity,
} from '@windlass/messaging';
import type { Pool, PoolClient } from 'pg';
import { PostgresUnitOfWork, parkValues } from './postgres-unit-of-work.ts';
import { runPrepared } from './prepared.ts';
import * as sql from './stage-statements.ts';
import { storeError } from './store-errors.ts';

/** The stage's store in a service's own schema (`stageMigrations`). The pool's connections are in pipeline mode. */
export class PostgresStageStore implements StageStore {
  private readonly pool: Pool;

  constructor(pool: Pool) {
    this.pool = pool;
  }

  async take({
    stage,
    partition,
    owner,
  }: {
    stage: string;
    partition: number;
    owner: string;
  }): Promise<TakenPartition> {
    return this.connected(async (client) => {
      const [taken, positions] = await Promise.all([
        runPrepared(client, sql.takeSql, [stage, partition, owner]),
        runPrepared(client, sql.positionsSql, [stage, partition]),
      ]);
      const { epoch, commit_no, pending } = taken.rows[0] as {
        epoch: string;
        commit_no: string;
        pending: Buffer | null;
      };
      return {
        lease: { stage, partition, epoch: BigInt(epoch), commitNo: BigInt(commit_no) },
        pending,
        positions: (positions.rows as { topic: string; next_offset: string }[]).map(({ topic, next_offset }) => ({
          topic,
          nextOffset: BigInt(next_offset),
        })),
      };
    });
  }

  async begin(): Promise<StageUnitOfWork> {
    return new PostgresUnitOfWork(await this.connect());
  }

  async clearPending({ stage, partition, epoch, commitNo }: StageLease): Promise<void> {
    await this.run(sql.clearPendingSql, [stage, partition, epoch, commitNo]);
  }

  async park(lease: StageLease, messages: readonly ParkedMessage[]): Promise<void> {
    await this.run(sql.parkSql, parkValues(lease, messages));
  }

  async timers(query: {
    stage: string;
    slots: readonly number[];
    untilUs: number;
    limit: number;
  }): Promise<StoredTimer[]> {
    const rows = await this.run<{ slot: number; key: string; due_us: string }>(sql.timersSql, [
      query.stage,
      query.slots,
      query.untilUs,
      query.limit,
    ]);
    return rows.map(({ slot, key, due_us }) => ({ slot, key, dueUs: Number(due_us) }));
  }

  async identities(stage: string): Promise<TopicIdentity[]> {
    const rows = await this.run<{ topic: string; topic_id: string | null; cluster_id: string }>(sql.identitiesSql, [
      stage,
    ]);
    return rows.map(({ topic, topic_id, cluster_id }) => ({ topic, topicId: topic_id, clusterId: cluster_id }));
  }

  async saveIdentities(stage: string, identities: readonly TopicIdentity[]): Promise<void> {
    const byCluster = Map.groupBy(identities, ({ clusterId }) => clusterId);
    for (const [clusterId, same] of byCluster) {
      await this.run(sql.saveIdentitiesSql, [
        stage,
        same.map(({ topic }) => topic),
        same.map(({ topicId }) => topicId),
        clusterId,
      ]);
    }
  }

  /**
   * A person's word that a topic that was made anew, or is now on another cluster, shall be read from its beginning.
   * What was derived from the old one stays.
   */
  async acceptTopic(stage: string, topic: string): Promise<void> {
    await this.run(sql.acceptTopicSql, [stage, topic]);
  }

  async schemas(clusterId: string): Promise<{ id: number; schema: string }[]> {
    return this.run(sql.schemasSql, [clusterId]);
  }

  async saveSchema(clusterId: string, id: number, schema: string): Promise<void> {
    await this.run(sql.saveSchemaSql, [clusterId, id, schema]);
  }

  private async run<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return this.connected(async (client) => (await runPrepared(client, text, values)).rows as Row[]);
  }

  private async connected<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.connect();
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      client.release(error as Error);
      throw storeError(error);
    }
  }

  private async connect(): Promise<PoolClient> {
    try {
      return await this.pool.connect();
    } catch (error) {
      throw storeError(error);
    }
  }
}
