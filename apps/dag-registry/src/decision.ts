import {
  type Change,
  type Effect,
  effectsOf,
  type Hint,
  policySettings,
  type RegistryState,
  type ResolvedRef,
  type Warning,
} from '@windlass/dag';
import type { Advised } from './advice.ts';
import { type AuditKind, auditedChanges, auditEntry } from './audit.ts';
import type { ChangeOptions } from './change-options.ts';
import { checkSizes, entriesOf } from './entries.ts';
import { RegistryError } from './errors.ts';
import type { Decision } from './ports.ts';
import { NOT_ASKED, type Propose } from './proposing.ts';
import { judged } from './refusing.ts';

/** What a change made of the registry; without changes all numbers stay as they were. */
export interface Changed {
  /** The live revision afterwards. */
  readonly revision: number;
  readonly changes: readonly Change[];
  readonly warnings: readonly Warning[];
  /** What it does to other teams. */
  readonly effects: readonly Effect[];
  readonly resolved: readonly ResolvedRef[];
  readonly hints: readonly Hint[];
}

/** A change that is made, with what it was made to. */
export interface Made extends Changed {
  readonly about: Pick<Advised, 'before' | 'policies'>;
}

export type AuditedOptions = ChangeOptions & { readonly kind: AuditKind };

/** What is stored of a change, and answered. @throws {RegistryError} REFUSED, FORBIDDEN, REVISION_MOVED, POLICIES_MOVED. */
export function decide(
  state: RegistryState & { readonly nowUs: number },
  propose: Propose,
  { author, why, kind, ...only }: AuditedOptions,
): Decision<Made> {
  const live = state.revision.number;
  checkUnmoved(state, only);
  const proposal = judged(propose(state, NOT_ASKED), author);
  const { changes, warnings, resolved, hints, policies } = proposal;
  const entries = entriesOf(proposal, live);
  checkSizes(entries, author);
  const stamp = {
    changedBy: author.name,
    changedAtUs: state.nowUs,
    ...(why !== undefined && { why }),
  };
  const audit = auditEntry({
    atUs: stamp.changedAtUs,
    who: author.name,
    team: author.team,
    kind,
    revision: { from: live, to: proposal.revision.number },
    changes: auditedChanges(proposal),
    why: why ?? null,
  });
  return {
    entries: entries.map((entry) => ({ ...entry, ...stamp })),
    audit: changes.length > 0 ? audit : null,
    revision: proposal.revision,
    answer: {
      revision: proposal.revision.number,
      changes,
      warnings,
      effects: effectsOf(state, proposal),
      resolved,
      hints,
      about: { before: state.revision, policies },
    },
  };
}

/** @throws {RegistryError} REVISION_MOVED, POLICIES_MOVED. */
function checkUnmoved(
  { revision: { number: live }, policies }: RegistryState,
  { ifRevision = live, ifPolicies }: Pick<ChangeOptions, 'ifRevision' | 'ifPolicies'>,
): void {
  if (ifRevision !== live)
    throw new RegistryError('REVISION_MOVED', `revision ${live} is live, not ${ifRevision}: plan again`);
  const settings = policySettings(policies);
  if (ifPolicies !== undefined && ifPolicies !== settings)
    throw new RegistryError(
      'POLICIES_MOVED',
      `policies have been set ${settings} times, not ${ifPolicies}: somebody has set one since the plan; plan again`,
    );
}
