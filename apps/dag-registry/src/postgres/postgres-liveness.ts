import { storeError } from '@windlass/persistence';
import type { DataSource } from 'typeorm';
import type { InstanceHeard, Liveness } from '../ports.ts';

/** bigint columns come as text. */
type Row = Omit<InstanceHeard, 'lagRecords' | 'startedAtUs' | 'heardAtUs'> & {
  readonly lagRecords: string | null;
  readonly startedAtUs: string;
  readonly heardAtUs: string;
};

export class PostgresLiveness implements Liveness {
  private readonly dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.dataSource = dataSource;
  }

  async instances(): Promise<readonly InstanceHeard[]> {
    try {
      const rows: Row[] = await this.dataSource.query(
        `SELECT processor, instance, version, host, sdk, state, algorithms, in_flight AS "inFlight", lag_records AS "lagRecords",
                started_at_us AS "startedAtUs", heard_at_us AS "heardAtUs"
         FROM processor_instance ORDER BY processor, instance`,
      );
      return rows.map((row) => ({
        ...row,
        lagRecords: row.lagRecords === null ? null : Number(row.lagRecords),
        startedAtUs: Number(row.startedAtUs),
        heardAtUs: Number(row.heardAtUs),
      }));
    } catch (error) {
      throw storeError(error);
    }
  }
}
