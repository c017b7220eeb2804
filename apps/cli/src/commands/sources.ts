import { Command } from 'commander';
import type { Source } from '@windlass/dag';
import { type WhyOption, whyOption } from './why-option.ts';
import { askHub, changeHub, HubError, type Plan } from './hub-api.ts';
import { describeChanges, describeEffects, describeProblems } from './plan-text.ts';
import { describeHistory, describeSource, type ListedSource, type SourceHistory } from './source-text.ts';
import { readSourcesFile } from './sources-file.ts';
import { isoOption } from './time-option.ts';

interface ListOptions {
  readonly kind?: string;
  readonly group?: string;
  readonly parent?: string;
  readonly label?: string;
  readonly undeclared?: true;
  readonly at?: string;
  readonly json?: true;
}

interface Page {
  readonly sources: readonly ListedSource[];
  readonly next: string | null;
}

interface ShowOptions {
  readonly at?: string;
  readonly history?: true;
  readonly json?: true;
}

const AT = 'as it was at this event time (ISO 8601), or will be; default: now';

export function sourcesCommand(): Command {
  const list = new Command('list')
    .description('sources by name: what was declared, and what has sent a signal')
    .option('--kind <kind>', 'only of this kind; those that nobody has declared are of kind unknown')
    .option('--group <group>', 'only those in this group')
    .option('--parent <source>', 'only those that are part of this one itself')
    .option('--label <name=value>', 'only those with this label')
    .option('--undeclared', 'only those that have sent a signal and that nobody has declared')
    .option('--at <time>', AT)
    .option('--json', 'a JSON object a line')
    .action(async ({ json, ...filter }: ListOptions) => {
      for await (const source of sourcesOf(filter))
        process.stdout.write(`${json ? JSON.stringify(source) : describeSource(source)}\n`);
    });
  const show = new Command('show')
    .argument('<name>', 'of the source')
    .description('what the registry knows of one source')
    .option('--at <time>', AT)
    .option('--history', 'what it was from when to when, and who changed it')
    .option('--json', 'of a history, as JSON')
    .action(showSource);
  const apply = new Command('apply')
    .argument(
      '<file>',
      'YAML with `sources`, or CSV with a header: name, kind, parent, groups, zone, from, labels.<name>…',
    )
    .description('declare or change sources: all of the file or nothing; others stay')
    .addOption(whyOption())
    .action(applySources);
  return new Command('sources').description('the source registry').addCommand(list).addCommand(show).addCommand(apply);
}

async function showSource(name: string, { at, history, json }: ShowOptions): Promise<void> {
  const path = `/v1/sources/${encodeURIComponent(name)}`;
  if (history) {
    const told = await askHub<SourceHistory>('GET', `${path}/history`);
    process.stdout.write(json ? `${JSON.stringify(told, null, 2)}\n` : describeHistory(name, told));
    return;
  }
  const query = at === undefined ? '' : `?${new URLSearchParams({ at: isoOption('--at', at) })}`;
  process.stdout.write(`${JSON.stringify(await askHub<Source>('GET', `${path}${query}`), null, 2)}\n`);
}

async function applySources(path: string, { why }: WhyOption): Promise<void> {
  const file = await readSourcesFile(path);
  try {
    const { changes, effects } = await changeHub<Plan>('PUT', '/v1/sources', file.value, why);
    process.stdout.write(`${describeChanges(changes)}${describeEffects(effects)}`);
  } catch (error) {
    if (!(error instanceof HubError) || error.problems.length === 0) throw error;
    process.exitCode = 1;
    process.stderr.write(`${describeProblems(error.problems, file.locate)}nothing is changed\n`);
  }
}

/** All pages, one after the other. @throws {HubError} */
async function* sourcesOf({ undeclared, at, ...filter }: Omit<ListOptions, 'json'>): AsyncGenerator<ListedSource> {
  let after: string | null = '';
  do {
    const query = new URLSearchParams({
      ...filter,
      ...(undeclared && { declared: 'false' }),
      ...(at !== undefined && { at: isoOption('--at', at) }),
      after,
      limit: '10000',
    });
    const page: Page = await askHub<Page>('GET', `/v1/sources?${query}`);
    yield* page.sources;
    after = page.next;
  } while (after !== null);
}
