import { storeError } from '@windlass/persistence';
import type { DataSource } from 'typeorm';
import type { InstanceHeard, Liveness } from '../ports.ts';
import type { Watched } from '../processor-watch.ts';
import { readInstances } from './instance-rows.ts';
import { readWatched } from './watch-rows.ts';

export class PostgresLiveness implements Liveness {
  private readonly dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.dataSource = dataSource;
  }

  async heard(): Promise<{ readonly instances: readonly InstanceHeard[]; readonly watched: readonly Watched[] }> {
    try {
      const [instances, watched] = await Promise.all([readInstances(this.dataSource), readWatched(this.dataSource)]);
      return { instances, watched };
    } catch (error) {
      throw storeError(error);
    }
  }
}
