import { Command } from 'commander';
import type { Source } from '@windlass/dag';
import { type WhyOption, whyOption } from './why-option.ts';
import { askHub, changeHub, HubError, type Plan } from './hub-api.ts';
import { describeChanges, describeProblems } from './plan-text.ts';
import { readSourcesFile } from './sources-file.ts';

interface ListOptions {
  readonly kind?: string;
  readonly group?: string;
  readonly json?: true;
}

interface Page {
  readonly sources: readonly Source[];
  readonly next: string | null;
}

export function sourcesCommand(): Command {
  const list = new Command('list')
    .description('declared sources by name')
    .option('--kind <kind>', 'only of this kind')
    .option('--group <group>', 'only those in this group')
    .option('--json', 'a JSON object a line')
    .action(async ({ kind, group, json }: ListOptions) => {
      for await (const source of sourcesOf(kind))
        if (group === undefined || source.groups.includes(group))
          process.stdout.write(`${json ? JSON.stringify(source) : describeSource(source)}\n`);
    });
  const show = new Command('show')
    .argument('<name>', 'of the source')
    .description('what the registry knows of one source')
    .action(async (name: string) => {
      const source = await askHub<Source>('GET', `/v1/sources/${encodeURIComponent(name)}`);
      process.stdout.write(`${JSON.stringify(source, null, 2)}\n`);
    });
  const apply = new Command('apply')
    .argument('<file>', 'YAML with `sources`, or CSV with a header: name, kind, parent, groups, zone, labels.<name>…')
    .description('declare or change sources: all of the file or nothing; others stay')
    .addOption(whyOption())
    .action(applySources);
  return new Command('sources').description('the source registry').addCommand(list).addCommand(show).addCommand(apply);
}

async function applySources(path: string, { why }: WhyOption): Promise<void> {
  const file = await readSourcesFile(path);
  try {
    const { changes } = await changeHub<Plan>('PUT', '/v1/sources', file.value, why);
    process.stdout.write(describeChanges(changes));
  } catch (error) {
    if (!(error instanceof HubError) || error.problems.length === 0) throw error;
    process.exitCode = 1;
    process.stderr.write(`${describeProblems(error.problems, file.locate)}nothing is changed\n`);
  }
}

/** All pages, one after the other. @throws {HubError} */
async function* sourcesOf(kind: string | undefined): AsyncGenerator<Source> {
  let after: string | null = '';
  do {
    const query = new URLSearchParams({ after, limit: '10000', ...(kind !== undefined && { kind }) });
    const page: Page = await askHub<Page>('GET', `/v1/sources?${query}`);
    yield* page.sources;
    after = page.next;
  } while (after !== null);
}

export function describeSource({ name, kind, parent, groups, labels, zone, owner }: Source): string {
  const parts = [
    kind,
    ...(parent === undefined ? [] : [`in ${parent}`]),
    ...groups,
    ...Object.entries(labels).map(([label, value]) => `${label}=${value}`),
    ...(zone === undefined ? [] : [zone]),
    ...(owner === undefined ? [] : [`(${owner})`]),
  ];
  return `${name.padEnd(24)}  ${parts.join('  ')}`;
}
