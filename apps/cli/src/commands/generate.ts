import { basename, join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { liveRevision, type DagRevision } from '@windlass/dag';
import { languages } from '../generate/languages.ts';
import { stubContents } from '../generate/stub-contents.ts';
import { carryOut, changesTo, type FileChange } from '../generate/stub-files.ts';
import type { StubLanguage } from '../generate/stub-language.ts';
import { counted } from './dag-text.ts';
import { readDefinitionsFile } from './definitions-file.ts';
import { askHub } from './hub-api.ts';
import { acceptedOf } from './validate.ts';

interface GenerateOptions {
  readonly lang: StubLanguage;
  readonly out?: string;
  readonly only: readonly string[];
  readonly definitions?: string;
  readonly registration: readonly string[];
  readonly check: boolean;
}

export function generateCommand(): Command {
  return new Command('generate')
    .description("typed stubs of other teams' algorithms and window types, from the live revision or from files")
    .requiredOption('--lang <language>', languages.map(({ name }) => name).join(', '), parseLanguage)
    .option(
      '--out <dir>',
      `folder of the files; it should hold nothing else (default: ${languages.map(({ name, folder }) => `${folder} in ${name}`).join(', ')})`,
    )
    .option('--only <name...>', 'processors by name, algorithms and window types by name@version; default: all', [])
    .option('--definitions <file>', 'a definitions file (YAML) in place of the hub; no servers')
    .option('--registration <file...>', 'registrations of processors (YAML or JSON) on top of it', [])
    .option('--check', 'write nothing; exit code 1 when something would be written', false)
    .addHelpText('after', '\nWhat the files hold and how they are used: docs/reference/generate.md')
    .action(generate);
}

async function generate({ lang, out: folder = lang.folder, only, check, ...from }: GenerateOptions): Promise<void> {
  const { revision, origin } = await sourceOf(from);
  const contents = stubContents(revision, only);
  const files = await lang.files({ contents, origin, folder });
  const changes = await changesTo(folder, files, lang);
  if (contents.unknown.length > 0)
    process.stderr.write(`not registered yet, so there is no stub: ${contents.unknown.join(', ')}\n`);
  if (check && changes.length > 0) process.exitCode = 1;
  if (!check) await carryOut(folder, files, changes);
  process.stdout.write(describe({ folder, files: files.size, changes, check }));
}

async function sourceOf({
  definitions,
  registration,
}: Pick<GenerateOptions, 'definitions' | 'registration'>): Promise<{ revision: DagRevision; origin: string }> {
  if (definitions === undefined && registration.length === 0) {
    const revision = await askHub<DagRevision>('GET', '/v1/dag');
    return { revision, origin: `DAG revision ${revision.number}` };
  }
  const paths = [...(definitions === undefined ? [] : [definitions]), ...registration];
  const file = definitions === undefined ? NO_DEFINITIONS : await readDefinitionsFile(definitions);
  const { view } = acceptedOf(file, await Promise.all(registration.map(readDefinitionsFile)), 'nothing was generated');
  return { revision: liveRevision(view), origin: paths.map((path) => basename(path)).join(', ') };
}

/** Registrations may propose their own window types. */
const NO_DEFINITIONS = { value: {}, locate: (path: string): string => path };

interface Report {
  readonly folder: string;
  readonly files: number;
  readonly changes: readonly FileChange[];
  readonly check: boolean;
}

function describe({ folder, files, changes, check }: Report): string {
  const verb = check ? { write: 'would write', delete: 'would delete' } : { write: 'wrote', delete: 'deleted' };
  const same = files - changes.filter(({ action }) => action === 'write').length;
  return [
    ...changes.map(({ action, name }) => `${verb[action]} ${join(folder, name)}\n`),
    ...(same > 0 || changes.length === 0 ? [`${counted(same, 'file')} up to date\n`] : []),
  ].join('');
}

function parseLanguage(name: string): StubLanguage {
  const language = languages.find((one) => one.name === name);
  if (language) return language;
  throw new InvalidArgumentError(`one of ${languages.map((one) => one.name).join(', ')}`);
}
