import { Command } from 'commander';
import { type Hint, liveRevision, type Problem, type ResolvedRef, type Warning } from '@windlass/dag';
import type { DefinedView } from '@windlass/simulation';
import type { DefinitionsFile } from './definitions-file.ts';
import type { FileProblem } from './definitions-file-error.ts';
import { counted } from './dag-text.ts';
import { locatorOf, type MaybeFile, readOrTell, unreadIn, validated } from './maybe-file.ts';
import {
  describeHints,
  describeProblems,
  describeResolved,
  describeUnread,
  describeWarnings,
  type Locate,
} from './plan-text.ts';

interface ValidateOptions {
  readonly registration: readonly string[];
  readonly json: boolean;
}

/** A problem or warning, and where in which file it stands. */
export type PlacedProblem = (Problem | Warning) & { readonly at: string; readonly severity: 'problem' | 'warning' };

/** What keeps a file from being read. */
type PlacedFileProblem = FileProblem & { readonly path: '.'; readonly severity: 'problem' };

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
      const [definitions, ...registrations] = (await Promise.all([path, ...registration].map(readOrTell))) as [
        MaybeFile,
        ...MaybeFile[],
      ];
      const defined = validated(definitions, registrations);
      if (!defined.ok) process.exitCode = 1;
      if (json) process.stdout.write(`${JSON.stringify(allOf(defined, definitions, registrations), null, 2)}\n`);
      else tell(defined, definitions, registrations);
    });
}

/** The definitions, or a registration, are refused; the message names every problem. */
class RefusedError extends Error {
  readonly code = 'REFUSED';
}

type Accepted = DefinedView & { readonly ok: true };

/** @throws {RefusedError} naming every problem with its place, and `consequence`. */
export function acceptedOf(
  definitions: DefinitionsFile,
  registrations: readonly DefinitionsFile[],
  consequence: string,
): Accepted {
  const defined = validated(definitions, registrations);
  if (defined.ok) return defined;
  const { problems } = defined;
  throw new RefusedError(
    `${describePlaced(problems, definitions, registrations)}${counted(problems.length, 'problem')}; ${consequence}`,
  );
}

const describePlaced = (
  problems: Extract<DefinedView, { ok: false }>['problems'],
  definitions: DefinitionsFile,
  registrations: readonly DefinitionsFile[],
): string =>
  problems
    .map((problem) => describeProblems([problem], locatorOf(problem.registration, definitions, registrations)))
    .join('');

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
  return defined.problems.map(({ registration, ...problem }) => ({
    ...problem,
    severity: 'problem',
    at: locator(registration)(problem.path),
  }));
}

/** Problems, or warnings and then what references stand for and hints. */
export const allOf = (
  defined: DefinedView,
  definitions: MaybeFile,
  registrations: readonly MaybeFile[],
): (PlacedFileProblem | PlacedProblem | Told)[] => [
  ...unreadIn([definitions, ...registrations]).map((one): PlacedFileProblem => ({
    ...one,
    path: '.',
    severity: 'problem',
  })),
  ...placed(defined, definitions, registrations),
  ...(defined.ok ? defined.resolved.map((one): Told => ({ ...one, severity: 'resolved' })) : []),
  ...(defined.ok ? defined.hints.map((one): Told => ({ ...one, severity: 'hint' })) : []),
];

/** On standard error, each with its place. */
export function tellWarnings(
  warnings: Accepted['warnings'],
  definitions: DefinitionsFile,
  registrations: readonly DefinitionsFile[],
): void {
  for (const warning of warnings)
    process.stderr.write(describeWarnings([warning], locatorOf(warning.registration, definitions, registrations)));
}

function tell(defined: DefinedView, definitions: MaybeFile, registrations: readonly MaybeFile[]): void {
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
  const unread = unreadIn([definitions, ...registrations]);
  process.stderr.write(
    `${describeUnread(unread)}${describePlaced(problems, definitions, registrations)}${counted(unread.length + problems.length, 'problem')}\n`,
  );
}
