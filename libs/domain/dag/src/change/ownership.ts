import type { Problem } from '../problem.ts';
import type { Change } from './state.ts';

/** Changes to what is another team's: an author may make none. What settles itself anew elsewhere is not the author's act. */
export function ownershipProblems(changes: readonly Change[], team: string): Problem[] {
  return changes
    .filter(({ owners, settled }) => !settled && owners.some((owner) => owner !== team))
    .map(({ kind, name, action, owners }) => ({
      code: 'NOT_OWNER',
      path: `${kind}[${name}]`,
      message: `${kind} ${name} would be ${action}, and it is ${owners.join(' and ')}'s; you are ${team}`,
      owners,
      mend: `let ${owners.join(' or ')} change it, or an operator`,
    }));
}
