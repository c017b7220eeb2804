import type { FactReader, KnownOutcome, ResultFilter, ResultPosition } from '../ports.ts';
import { plainColumns, ResultShapes, type Column } from './columns.ts';
import { csvBytes } from './csv.ts';

export const exportFormats = ['csv', 'parquet', 'arrow'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export type Pages = AsyncIterable<readonly KnownOutcome[]>;

/** Results of one page of an export; fewer when they are large. */
const PAGE_ROWS = 1_000;

/**
 * All results that are meant, as they are known at `asOfUs`, in order of window start. Memory is bounded: a page of results, and for
 * Parquet a row group. Parquet and Arrow read everything twice: what types there are, then the values. Their
 * libraries are loaded when they are first asked for: they take memory.
 */
export async function* exportResults(
  reader: Pick<FactReader, 'results'>,
  filter: ResultFilter & { readonly asOfUs: number },
  format: ExportFormat,
): AsyncGenerator<Uint8Array> {
  const pages = (): Pages => pagesOf(reader, filter);
  switch (format) {
    case 'csv':
      return yield* csvBytes(pages());
    case 'arrow':
      return yield* (await import('./arrow.ts')).arrowBytes(pages(), await columnsOf(pages()));
    case 'parquet':
      return yield* (await import('./parquet.ts')).parquetBytes(pages(), await columnsOf(pages()));
    default:
      return format satisfies never;
  }
}

async function* pagesOf(
  reader: Pick<FactReader, 'results'>,
  filter: ResultFilter,
): AsyncGenerator<readonly KnownOutcome[]> {
  let after: ResultPosition | undefined;
  do {
    const { results, next } = await reader.results({ ...filter, limit: PAGE_ROWS, after });
    if (results.length > 0) yield results;
    after = next ?? undefined;
  } while (after);
}

async function columnsOf(pages: Pages): Promise<Column[]> {
  const shapes = new ResultShapes();
  for await (const page of pages) for (const result of page) shapes.learn(result);
  return [...plainColumns, ...shapes.columns()];
}
