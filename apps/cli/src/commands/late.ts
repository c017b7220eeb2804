import { styleText } from 'node:util';
import { Command, Option } from 'commander';
import { askCollector, foundBy, pagesOf } from './collector-api.ts';
import { count } from './count-option.ts';
import { bytesText, commonText, timeText, type ItsBytes, type Rejected } from './dlq-text.ts';
import { HubError } from './hub-api.ts';
import { rejectedQuery, withSpan, type RejectedFilter } from './rejected-filter.ts';
import { about } from './silences.ts';

/** As the result-collector answers. */
export interface LateElement extends Rejected {
  readonly eventTimeUs: number | null;
  readonly lateFor: readonly { readonly windowType: string; readonly finalUpToUs: number; readonly behindUs: number }[];
}

export interface LateRow {
  readonly windowType: string;
  readonly source: string | null;
  readonly elements: number;
  readonly sources: number;
  readonly behindUs: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number };
}

interface LateOptions extends RejectedFilter {
  readonly limit?: number;
  readonly by?: string;
  readonly json?: true;
}

export function lateCommand(): Command {
  const filtered = (command: Command): Command =>
    withSpan(command.option('--window-type <name@version>', 'too late for windows of this type'));
  const list = filtered(new Command('list'))
    .description('late elements, in the order in which they came')
    .option('--limit <n>', 'at most so many', count)
    .option('--json', 'a JSON object a line')
    .action(listLate);
  const summary = filtered(new Command('summary'))
    .description('how many were too late, and how far behind')
    .addOption(new Option('--by <what>', 'a row for each').choices(['window-type', 'source']).default('window-type'))
    .option('--json', 'a JSON object a line')
    .action(summarize);
  const show = new Command('show')
    .argument('<id>', 'as `windlass late list` names it')
    .description('a late element: for which windows, by how much, and its bytes')
    .option('--json', 'as the hub answers')
    .action(showLate);
  const redrive = new Command('redrive')
    .argument('<id>', 'as `windlass late list` names it')
    .description('is refused, with what to do instead')
    .action(redriveLate);
  const command = new Command('late').description('elements that came when windows they belong to were final');
  for (const one of [list, summary, show, redrive]) command.addCommand(one);
  return command.addHelpText('after', foundBy);
}

async function listLate({ limit = Infinity, json, ...filter }: LateOptions): Promise<void> {
  const query = { ...rejectedQuery(filter), limit: String(Math.min(limit, 1000)) };
  type Page = { readonly lateElements: readonly LateElement[]; readonly nextCursor: string | null };
  let shown = 0;
  for await (const { lateElements } of pagesOf<Page>('/v1/late-elements', query)) {
    for (const one of lateElements.slice(0, limit - shown)) {
      shown += 1;
      process.stdout.write(`${json ? JSON.stringify(one) : describeLate(one)}\n`);
    }
    if (shown >= limit) return;
  }
  if (!json && shown === 0) process.stdout.write('There is no such late element.\n');
}

async function summarize({ by, json, ...filter }: LateOptions): Promise<void> {
  const query = new URLSearchParams({
    ...rejectedQuery(filter),
    by: by === 'source' ? 'source' : 'windowType',
    limit: '1000',
  });
  const { rows } = await askCollector<{ rows: readonly LateRow[] }>(`/v1/late-elements/summary?${query.toString()}`);
  for (const row of rows) process.stdout.write(`${json ? JSON.stringify(row) : describeRow(row)}\n`);
  if (!json && rows.length === 0) process.stdout.write('Nothing was too late.\n');
}

async function showLate(id: string, { json }: { readonly json?: true }): Promise<void> {
  const one = await askCollector<LateElement & ItsBytes>(`/v1/late-elements/${encodeURIComponent(id)}`);
  const lines = [describeLate(one), ...commonText(one), ...bytesText(one)];
  process.stdout.write(`${json ? JSON.stringify(one) : lines.join('\n')}\n`);
}

/** @throws {HubError} LATE_AGAIN, with what to do instead. */
async function redriveLate(id: string): Promise<void> {
  await askCollector(`/v1/dead-letters/${encodeURIComponent(id)}/redrive`, 'POST', { dryRun: true });
  throw new HubError('NOT_LATE', `${id} is no late element but a dead letter: windlass dlq redrive ${id}`);
}

/** One line: which, whose, of when, and how far behind what. */
export function describeLate({ id, source, eventTimeUs, rejectedAtUs, lateFor, message }: LateElement): string {
  const types = lateFor.map(
    ({ windowType, behindUs, finalUpToUs }) =>
      `${windowType} ${styleText('yellow', `${about(behindUs)} behind`)} (final up to ${timeText(finalUpToUs)})`,
  );
  return [
    id,
    source,
    eventTimeUs === null ? styleText('dim', message) : `of ${timeText(eventTimeUs)}`,
    `came ${timeText(rejectedAtUs)}`,
    ...types,
  ].join('  ');
}

/** One line: what, how many, and how far behind most of them were. */
export function describeRow({ windowType, source, elements, sources, behindUs }: LateRow): string {
  const { p50, p90, p99, max } = behindUs;
  return [
    windowType.padEnd(24),
    ...(source === null ? [] : [source.padEnd(24)]),
    `${elements} too late${source === null ? ` of ${sources} sources` : ''}`,
    `behind by ${about(p50)} (half), ${about(p90)} (90 %), ${about(p99)} (99 %), ${about(max)} (all)`,
  ].join('  ');
}
