import { Command, Option } from 'commander';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { askCollector, foundBy, pagesOf } from './collector-api.ts';
import { count } from './count-option.ts';
import { HubError, openHub, RESULT_COLLECTOR } from './hub-api.ts';
import { describeResult, type Result } from './result-text.ts';
import { filterQuery, withFilter, type FilterOptions } from './results-filter.ts';
import { tailCommand } from './results-tail.ts';

interface ListOptions extends FilterOptions {
  readonly limit: number;
  readonly json?: true;
}

interface ExportOptions extends FilterOptions {
  readonly format: 'csv' | 'parquet' | 'arrow';
  readonly out?: string;
}

export function resultsCommand(): Command {
  const list = withFilter(new Command('list'))
    .description('results in order of window start')
    .option('--limit <count>', 'so many', count, 100)
    .option('--json', 'a JSON object a line')
    .action(listResults);
  const exporting = withFilter(new Command('export'))
    .description('all results that are meant, to a file or to standard output')
    .addOption(new Option('--format <format>', 'of the file').choices(['csv', 'parquet', 'arrow']).default('csv'))
    .option('--out <file>', 'default: standard output')
    .action(exportResults);
  const rebuild = new Command('rebuild')
    .description('empty the store and fill it again from the topics: what these no longer hold is gone')
    .requiredOption('--yes', 'really')
    .action(async () => {
      await askCollector('/v1/results/rebuild', 'POST', {});
      process.stdout.write(
        'The store is empty, and is filled again from the topics; windlass_stage_lag_records says how far it is. Annotations stay.\n',
      );
    });
  return new Command('results')
    .description('what the hub knows')
    .addCommand(list)
    .addCommand(exporting)
    .addCommand(tailCommand())
    .addCommand(rebuild)
    .addHelpText('after', foundBy);
}

async function listResults({ limit, json, ...filter }: ListOptions): Promise<void> {
  const query = { ...filterQuery(filter), limit: String(Math.min(limit, 1_000)) };
  let left = limit;
  for await (const { results } of pagesOf<{ results: readonly Result[]; nextCursor: string | null }>(
    '/v1/results',
    query,
  )) {
    for (const one of results.slice(0, left))
      process.stdout.write(`${json ? JSON.stringify(one) : describeResult(one)}\n`);
    left -= results.length;
    if (left <= 0) return;
  }
}

/** A file has its name only when it is whole. */
async function exportResults({ format, out, ...filter }: ExportOptions): Promise<void> {
  const query = new URLSearchParams({ ...filterQuery(filter), format });
  const { body } = await openHub(`/v1/results/export?${query.toString()}`, { service: RESULT_COLLECTOR });
  const source = Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]);
  if (out === undefined) return pipeline(source, process.stdout);
  const part = `${out}.part`;
  try {
    await pipeline(source, createWriteStream(part));
    await rename(part, out);
  } catch (cause) {
    await rm(part, { force: true });
    throw new HubError('EXPORT_BROKEN', `the export broke off, ${out} was not written: ${(cause as Error).message}`);
  }
}
