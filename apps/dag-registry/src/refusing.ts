import { ownershipProblems, type Parsed, type Problem, type Proposal, type Refusal, sortProblems } from '@windlass/dag';
import type { Author } from './change-options.ts';
import { RegistryError } from './errors.ts';

/** @throws {RegistryError} REFUSED with everything that is wrong, or FORBIDDEN where that is only whose it is. */
export function judged(proposal: Proposal | Refusal, author: Author): Proposal {
  const problems = problemsFor(proposal, author);
  if (!proposal.ok) throw refused(problems);
  if (problems.length > 0)
    throw new RegistryError('FORBIDDEN', `${author.name} may change only what is ${author.team}'s`, problems);
  return proposal;
}

/** What is wrong, and what this author may not change. */
export function problemsFor(proposal: Proposal | Refusal, { isOperator, team }: Author): readonly Problem[] {
  const own = proposal.ok ? [] : proposal.problems;
  return isOperator ? own : sortProblems([...own, ...ownershipProblems(proposal.changes ?? [], team)]);
}

export function accepted<T>(parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  throw refused(parsed.problems);
}

/** Kafka's word that the name cannot be is the user's to mend; other errors pass. */
export function refusedTopic(error: unknown, owner: string): never {
  if (!(error instanceof Error && 'code' in error && error.code === 'TOPIC_COLLISION')) throw error;
  throw refused([
    {
      code: 'TOPIC_COLLISION',
      path: 'name',
      message: error.message,
      owners: [owner],
      mend: 'take another name, or delete the other topic',
    },
  ]);
}

export const refused = (problems: readonly Problem[]): RegistryError =>
  new RegistryError(
    'REFUSED',
    `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}; nothing was changed`,
    problems,
  );
