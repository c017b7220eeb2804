import {
  type Change,
  type Effect,
  effectsOf,
  type Hint,
  policySettings,
  type Problem,
  type Proposal,
  type Refusal,
  type RegistryState,
  type ResolvedRef,
  type Warning,
} from '@windlass/dag';
import type { Author } from './change-options.ts';
import { problemsFor } from './refusing.ts';

/** A dry run: never refused, it says what would be. */
export interface Plan {
  /** The revision it was made against. */
  readonly base: number;
  /** How often policies had been set then: they are numbered apart from revisions. */
  readonly basePolicies: number;
  /** The revision that would be live. */
  readonly revision: number;
  readonly changes: readonly Change[];
  readonly warnings: readonly Warning[];
  /** What it does to other teams. */
  readonly effects: readonly Effect[];
  readonly problems: readonly Problem[];
  readonly resolved: readonly ResolvedRef[];
  readonly hints: readonly Hint[];
}

/** @param advice what others know of it; of a refusal nobody is asked */
export function planOf(
  state: RegistryState,
  proposal: Proposal | Refusal,
  { author, advice }: { readonly author: Author; readonly advice: readonly Warning[] },
): Plan {
  const base = state.revision.number;
  const basePolicies = policySettings(state.policies);
  const problems = problemsFor(proposal, author);
  if (!proposal.ok)
    return {
      base,
      basePolicies,
      revision: base,
      changes: [],
      warnings: [],
      effects: [],
      resolved: [],
      hints: [],
      problems,
    };
  const { revision, changes, warnings, resolved, hints } = proposal;
  return {
    base,
    basePolicies,
    revision: revision.number,
    changes,
    warnings: [...warnings, ...advice],
    effects: effectsOf(state, proposal),
    resolved,
    hints,
    problems,
  };
}
