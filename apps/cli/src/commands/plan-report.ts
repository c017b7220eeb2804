import { counted } from './dag-text.ts';
import { HubError, type Plan } from './hub-api.ts';
import type { MaybeFile } from './maybe-file.ts';
import {
  describeChanges,
  describeEffects,
  describeHints,
  describeProblems,
  describeResolved,
  describeUnread,
  describeWarnings,
  type Locate,
} from './plan-text.ts';

/** Where what is planned stands, and what of it cannot be read. */
type Planned = Pick<MaybeFile, 'locate' | 'unread'>;

/** Prints what would change, or the problems; false, and exit code 1, when there are problems. */
export function reportPlan(
  { changes, warnings, effects, problems, resolved, hints }: Plan,
  { locate, unread = [] }: Partial<Planned> = {},
): boolean {
  const count = unread.length + problems.length;
  if (count === 0) {
    process.stdout.write(
      `${describeChanges(changes)}${describeEffects(effects)}${describeResolved(resolved)}${describeWarnings(warnings, locate)}${describeHints(hints)}`,
    );
    return true;
  }
  process.exitCode = 1;
  process.stderr.write(
    `${describeUnread(unread)}${describeProblems(problems, locate)}${counted(count, 'problem')}; nothing is changed\n`,
  );
  return false;
}

/** What the hub answers; undefined, and exit code 1, when it refuses with problems, which are printed. */
export async function orProblems<T>(asked: Promise<T>, locate?: Locate): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof HubError) || error.problems.length === 0) throw error;
    process.exitCode = 1;
    process.stderr.write(`${describeProblems(error.problems, locate)}nothing is changed\n`);
    return undefined;
  }
}

/** Query parameters of what must still be as it was for a change: as the plan says, or as somebody says that it said. */
export const unlessMoved = (
  { base, basePolicies }: Pick<Plan, 'base' | 'basePolicies'>,
  { ifRevision = base, ifPolicies = basePolicies }: { readonly ifRevision?: number; readonly ifPolicies?: number } = {},
): Readonly<Record<string, string>> => ({ ifRevision: String(ifRevision), ifPolicies: String(ifPolicies) });

/** `verb`: how the sentence begins, for instance `Applied:`. */
export const planOutcome = ({ base, revision }: Pick<Plan, 'base' | 'revision'>, verb: string): string =>
  revision === base
    ? `${verb} no new DAG revision; ${base} stays live\n`
    : `${verb} DAG revision ${revision} (live before: ${base})\n`;

/** How to apply what was planned, and nothing else. */
export const planOptions = ({ base, basePolicies }: Pick<Plan, 'base' | 'basePolicies'>): string =>
  `Just this is applied with --if-revision ${base} --if-policies ${basePolicies}\n`;
