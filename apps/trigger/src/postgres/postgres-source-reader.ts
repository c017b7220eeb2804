import { slotOf } from '@windlass/contracts';
import type { SourceState } from '@windlass/windowing';
import type { DataSource } from 'typeorm';
import type { SourceReader, StoredSource } from '../ports.ts';
import { SourceStateEntity } from './entities.ts';
import { unpackState } from './source-state.codec.ts';

/** States as they were last committed. */
export class PostgresSourceReader implements SourceReader {
  private readonly dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.dataSource = dataSource;
  }

  async one(source: string): Promise<SourceState | null> {
    const row = await this.dataSource.getRepository(SourceStateEntity).findOneBy({ slot: slotOf(source), source });
    return row && unpackState(row.state);
  }

  async after(position: { readonly slot: number; readonly source: string }, limit: number): Promise<StoredSource[]> {
    const rows = await this.dataSource
      .getRepository(SourceStateEntity)
      .createQueryBuilder('s')
      .where('(s.slot, s.source) > (:slot, :source)', position)
      .orderBy('s.slot')
      .addOrderBy('s.source')
      .limit(limit)
      .getMany();
    return rows.map(({ slot, source, state }) => ({ slot, source, state: unpackState(state) }));
  }
}
