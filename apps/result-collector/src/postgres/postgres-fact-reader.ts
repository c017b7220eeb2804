import type { DataSource } from 'typeorm';
import type {
  AlgorithmWork,
  AsOf,
  FactReader,
  KnownWindow,
  ResultPage,
  ResultQuery,
  RunOfWindow,
  Summary,
  WorkQuery,
} from '../ports.ts';
import { readOutcomes, selectOutcomes, whereResult } from './outcome-query.ts';
import { readSummary, readWork } from './sums.ts';
import { readWindow } from './window-query.ts';

/** Encoded bytes of the values and input names of one page, but for its first result: so that an answer is bounded. */
const PAGE_BYTES = 8 * 1024 * 1024;

/** The window's id leads to slot and start, and so to the partition. */
const valueSql = `SELECT o.result FROM outcomes o JOIN windows v USING (slot, window_id, start_us)
  WHERE v.window_id = $1 AND o.execution_id = $2 AND o.state = 'SUCCEEDED' LIMIT 1`;

interface Key {
  readonly slot: number;
  readonly windowId: string;
  readonly executionId: string;
  readonly startUs: string;
  readonly bytes: number;
}

/** Reads what is known. Never locks; sees whole batches, because each is one transaction. */
export class PostgresFactReader implements FactReader {
  private readonly dataSource: DataSource;
  private readonly pageBytes: number;

  constructor(dataSource: DataSource, { pageBytes = PAGE_BYTES }: { readonly pageBytes?: number } = {}) {
    this.dataSource = dataSource;
    this.pageBytes = pageBytes;
  }

  async results(query: ResultQuery): Promise<ResultPage> {
    const found = await this.keys(query);
    const keys = fitting(found.slice(0, query.limit), this.pageBytes);
    if (keys.length === 0) return { results: [], next: null };
    const builder = selectOutcomes(this.dataSource, query)
      .andWhere(
        `(o.slot, o.window_id, o.execution_id, o.start_us) IN (SELECT * FROM unnest(
           :slots::smallint[], :windowIds::uuid[], :executionIds::uuid[], :starts::bigint[]))`,
        {
          slots: keys.map(({ slot }) => slot),
          windowIds: keys.map(({ windowId }) => windowId),
          executionIds: keys.map(({ executionId }) => executionId),
          starts: keys.map(({ startUs }) => startUs),
        },
      )
      .andWhere('o.start_us BETWEEN :first AND :last', { first: keys[0]!.startUs, last: keys.at(-1)!.startUs })
      .orderBy('o.startUs')
      .addOrderBy('o.executionId');
    const results = await readOutcomes(builder, query);
    const last = results.at(-1);
    return { results, next: last && found.length > keys.length ? positionOf(last) : null };
  }

  window(windowId: string, at: AsOf = {}): Promise<KnownWindow | undefined> {
    return readWindow(this.dataSource, windowId, at);
  }

  async value({ windowId, executionId }: RunOfWindow): Promise<Buffer | undefined> {
    const rows: { result: Buffer | null }[] = await this.dataSource.query(valueSql, [windowId, executionId]);
    return rows[0]?.result ?? undefined;
  }

  summary(range: { readonly fromUs?: number; readonly toUs?: number }): Promise<Summary> {
    return readSummary(this.dataSource, range);
  }

  work(query: WorkQuery): Promise<AlgorithmWork[]> {
    return readWork(this.dataSource, query);
  }

  /** Which results, in order, and how large they are; one more than asked for if there are more. */
  private keys(query: ResultQuery): Promise<Key[]> {
    const builder = whereResult(selectOutcomes(this.dataSource, query), query);
    const { after } = query;
    if (after !== undefined) {
      builder.andWhere(
        'o.start_us >= :startUs AND (o.start_us, o.execution_id) > (:startUs, :executionId::uuid)',
        after,
      );
    }
    return builder
      .select('o.slot', 'slot')
      .addSelect('o.window_id', 'windowId')
      .addSelect('o.execution_id', 'executionId')
      .addSelect('o.start_us', 'startUs')
      .addSelect('COALESCE(octet_length(o.result), 0) + 100 * cardinality(o.input_execution_ids)', 'bytes')
      .orderBy('o.start_us')
      .addOrderBy('o.execution_id')
      .limit(query.limit + 1)
      .getRawMany<Key>();
  }
}

const positionOf = ({ startUs, executionId }: { readonly startUs: number; readonly executionId: string }) => ({
  startUs,
  executionId,
});

/** As many from the first on as fit, at least one. */
function fitting(keys: readonly Key[], pageBytes: number): readonly Key[] {
  let bytes = 0;
  const end = keys.findIndex((key, index) => (bytes += key.bytes) > pageBytes && index > 0);
  return end < 0 ? keys : keys.slice(0, end);
}
