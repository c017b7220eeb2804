import type { StageTransaction } from '@windlass/messaging';
import { storeError } from '@windlass/persistence';
import type { DataSource } from 'typeorm';
import type { PackedSource, PolicyNumbers, SourcePage, ToldPolicyStore } from '../ports.ts';

const readTold = `SELECT numbers FROM told_policies WHERE partition = $1 AND partitions = $2`;

const writeTold = `
  INSERT INTO told_policies (partition, partitions, numbers) VALUES ($1, $2, $3)
  ON CONFLICT (partition) DO UPDATE SET partitions = excluded.partitions, numbers = excluded.numbers`;

const nextSources = `
  SELECT slot, source, state AS packed FROM source_states
  WHERE slot % $1::int = $2::int AND (slot, source) > ($3, $4) ORDER BY slot, source LIMIT $5`;

/** One row for each partition. */
export class PostgresToldPolicyStore implements ToldPolicyStore {
  private readonly dataSource: DataSource;
  private readonly partitions: number;

  constructor(dataSource: DataSource, { partitions }: { readonly partitions: number }) {
    this.dataSource = dataSource;
    this.partitions = partitions;
  }

  async told(partition: number): Promise<PolicyNumbers> {
    try {
      const [row] = await this.dataSource.query<{ numbers: Record<string, number> }[]>(readTold, [
        partition,
        this.partitions,
      ]);
      return new Map(Object.entries(row?.numbers ?? {}));
    } catch (error) {
      throw storeError(error);
    }
  }

  async write(tx: StageTransaction, partition: number, numbers: PolicyNumbers): Promise<void> {
    await tx.query(writeTold, [partition, this.partitions, JSON.stringify(Object.fromEntries(numbers))]);
  }

  async sources(tx: StageTransaction, { partition, after, limit }: SourcePage): Promise<readonly PackedSource[]> {
    return tx.query<PackedSource>(nextSources, [this.partitions, partition, after.slot, after.source, limit]);
  }
}
