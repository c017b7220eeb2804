import type { DataSource } from 'typeorm';
import type { SilenceFilter, SilenceReader, StoredSilence } from '../ports.ts';
import { SilenceEntity } from './entities.ts';

/** Silences as they were last committed. */
export class PostgresSilenceReader implements SilenceReader {
  private readonly dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.dataSource = dataSource;
  }

  async after({ windowType, source, position, limit }: SilenceFilter): Promise<StoredSilence[]> {
    const query = this.dataSource.getRepository(SilenceEntity).createQueryBuilder('s');
    if (windowType !== undefined) query.andWhere('s.window_type = :windowType', { windowType });
    if (source !== undefined) query.andWhere('s.source = :source', { source });
    if (position) query.andWhere('(s.slot, s.source, s.window_type) > (:slot, :name, :type)', position);
    return query.orderBy('s.slot').addOrderBy('s.source').addOrderBy('s.windowType').limit(limit).getMany();
  }

  async countByType(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.dataSource
      .getRepository(SilenceEntity)
      .createQueryBuilder('s')
      .select('s.window_type', 'windowType')
      .addSelect('count(*)::int', 'silent')
      .groupBy('s.window_type')
      .getRawMany<{ windowType: string; silent: number }>();
    return new Map(rows.map(({ windowType, silent }) => [windowType, silent]));
  }
}
