import { Command } from 'commander';
import {
  type Hint,
  liveRevision,
  type Problem,
  type RegistryView,
  type ResolvedRef,
  type Warning,
} from '@windlass/dag';
import { definedView, type DefinedView } from '@windlass/simulation';
import { type DefinitionsFile, readDefinitionsFile } from './definitions-file.ts';
import { counted } from './dag-text.ts';
import { describeHints, describeProblems, describeResolved, describeWarnings, type Locate } from './plan-text.ts';

interface ValidateOptions {
  readonly registration: readonly string[];
  readonly json: boolean;
}

/** A problem or warning, and where in which file it stands. */
export type PlacedProblem = (Problem | Warning) & { readonly at: string; readonly severity: 'problem' | 'warning' };

/** What somebody may want to know. It stands in the DAG that the files make, so not in one of them. */
export type Told = (Hint & { readonly severity: 'hint' }) | (ResolvedRef & { readonly severity: 'resolved' });

export function validateCommand(): Command {
  return new Command('validate')
    .argument('<file>', 'definitions file (YAML)')
    .description(
      'check a definitions file, as a hub that knows nothing else would; no servers. Exit code 1 when refused',
    )
    .option(
      '--registration <file...>',
      'registrations of processors (YAML or JSON), checked after it in this order',
      [],
    )
    .option('--json', 'all that is told as a JSON array, each with its severity', false)
    .action(async (path: string, { registration, json }: ValidateOptions) => {
      const definitions = await readDefinitionsFile(path);
      const registrations = await Promise.all(registration.map(readDefinitionsFile));
      const defined = validated(definitions, registrations);
      if (!defined.ok) process.exitCode = 1;
      if (json) process.stdout.write(`${JSON.stringify(allOf(defined, definitions, registrations), null, 2)}\n`);
      else tell(defined, definitions, registrations);
    });
}

export const validated = (definitions: DefinitionsFile, registrations: readonly DefinitionsFile[]): DefinedView =>
  definedView(
    definitions.value,
    registrations.map(({ value }) => value),
  );

/** The definitions, or a registration, are refused; the message names every problem. */
class RefusedError extends Error {
  readonly code = 'REFUSED';
}

/** @throws {RefusedError} naming every problem with its place, and `consequence`. */
export function viewOf(
  definitions: DefinitionsFile,
  registrations: readonly DefinitionsFile[],
  consequence: string,
): RegistryView {
  const defined = validated(definitions, registrations);
  if (defined.ok) {
    tellWarnings(defined.warnings, definitions, registrations);
    return defined.view;
  }
  const { problems } = defined;
  const locate = locatorOf(defined.registration, definitions, registrations);
  throw new RefusedError(`${describeProblems(problems, locate)}${counted(problems.length, 'problem')}; ${consequence}`);
}

/** In the order in which they are told; no problem among them: the files are accepted. */
export function placed(
  defined: DefinedView,
  definitions: DefinitionsFile,
  registrations: readonly DefinitionsFile[],
): PlacedProblem[] {
  const locator = (registration: number | null): Locate => locatorOf(registration, definitions, registrations);
  if (defined.ok)
    return defined.warnings.map(({ registration, ...warning }) => ({
      ...warning,
      severity: 'warning',
      at: locator(registration)(warning.path),
    }));
  const locate = locator(defined.registration);
  return defined.problems.map((problem) => ({ ...problem, severity: 'problem', at: locate(problem.path) }));
}

/** Problems, or warnings and then what references stand for and hints. */
export const allOf = (
  defined: DefinedView,
  definitions: DefinitionsFile,
  registrations: readonly DefinitionsFile[],
): (PlacedProblem | Told)[] => [
  ...placed(defined, definitions, registrations),
  ...(defined.ok ? defined.resolved.map((one): Told => ({ ...one, severity: 'resolved' })) : []),
  ...(defined.ok ? defined.hints.map((one): Told => ({ ...one, severity: 'hint' })) : []),
];

/** Places in the file that is meant; null: the definitions. */
export const locatorOf = (
  registration: number | null,
  definitions: DefinitionsFile,
  registrations: readonly DefinitionsFile[],
): Locate => (registration === null ? definitions : registrations[registration]!).locate;

function tellWarnings(
  warnings: (DefinedView & { readonly ok: true })['warnings'],
  definitions: DefinitionsFile,
  registrations: readonly DefinitionsFile[],
): void {
  for (const warning of warnings)
    process.stderr.write(describeWarnings([warning], locatorOf(warning.registration, definitions, registrations)));
}

function tell(defined: DefinedView, definitions: DefinitionsFile, registrations: readonly DefinitionsFile[]): void {
  if (defined.ok) {
    const { windowTypes, algorithms, expected = [] } = liveRevision(defined.view);
    const named = algorithms.length + expected.length;
    tellWarnings(defined.warnings, definitions, registrations);
    process.stdout.write(
      `${describeResolved(defined.resolved)}${describeHints(defined.hints)}Accepted: ${counted(windowTypes.length, 'window type')}, ${counted(named, 'algorithm')}, ${counted(defined.view.sources.size, 'source')}.\n`,
    );
    return;
  }
  const { problems } = defined;
  process.stderr.write(
    `${describeProblems(problems, locatorOf(defined.registration, definitions, registrations))}${counted(problems.length, 'problem')}\n`,
  );
}
