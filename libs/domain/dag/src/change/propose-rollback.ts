import type { DagRevision } from '../model.ts';
import { contentOf } from './content.ts';
import { judge } from './judge.ts';
import type { Proposal, Refusal, RegistryState } from './state.ts';
import { NOTHING_WANTED } from './wanted.ts';
import { type RemovalRules, withWork } from './work.ts';

/** An earlier revision's content as the next revision. It is proven against the policies and the work of today. */
export function proposeRollback(state: RegistryState, earlier: DagRevision, rules: RemovalRules): Proposal | Refusal {
  const content = contentOf(earlier);
  const asWritten = (path: string): string => path;
  const outcome = judge(state, content, { ...NOTHING_WANTED, algorithms: content.algorithms, resolved: [], asWritten });
  return outcome.ok ? withWork(state.revision, outcome, rules) : outcome;
}
