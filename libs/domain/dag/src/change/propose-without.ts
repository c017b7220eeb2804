import { sortProblems } from '../problem.ts';
import type { Draft, EntityKind } from '../validation/draft.ts';
import { withOwners } from '../validation/owners.ts';
import { type Content, contentOf } from './content.ts';
import type { Because, Named } from './cut.ts';
import { settledContent } from './defaults.ts';
import { draftOf } from './judge.ts';
import { policiesAfter } from './policy-change.ts';
import { proposalOf } from './proposal.ts';
import { propose } from './propose.ts';
import type { Change, Proposal, Refusal, RegistryState } from './state.ts';
import { NOTHING_WANTED, type Wanted } from './wanted.ts';
import { without } from './without.ts';
import { lostWork, type RemovalRules } from './work.ts';

/**
 * What is wanted, without what is named. What would take from what is wanted refuses the whole in any case. What would starve, what still refers to it and work that would be lost refuse the whole;
 * with `force` all that goes too. What was wrong before refuses nothing: removing is how it is mended.
 */
export function proposeWithout(
  state: RegistryState,
  wanted: Wanted,
  named: Named,
  { work, force }: RemovalRules,
): Proposal | Refusal {
  const added =
    wanted === NOTHING_WANTED
      ? { ok: true as const, revision: state.revision, policies: [], warnings: [], resolved: [] }
      : propose(state, wanted, named);
  if (!added.ok) return added;
  const policies = policiesAfter(state, added.policies);
  const toDraft = (one: Content): Draft => draftOf(one, { policies, paths: new Map() });
  const { content, because, problems } = without(contentOf(added.revision), named, toDraft);
  const cut = [...content.algorithms].filter(([ref]) => because.has(`algorithms/${ref}`));
  const proposal = proposalOf(state, settledContent(content), {
    ...wanted,
    algorithms: new Map([...wanted.algorithms, ...cut]),
    policies: added.policies.filter(({ windowType }) => content.windowTypes.has(windowType)),
    resolved: added.resolved,
  });
  const changes = proposal.changes.map((one) => withReason(one, because));
  const lost = lostWork(state.revision, changes, work);
  const against = force ? problems.filter(({ path }) => isOf(wanted, path)) : [...problems, ...lost];
  if (against.length === 0) return { ...proposal, changes, warnings: [...added.warnings, ...lost] };
  const owned = withOwners(against, toDraft(contentOf(added.revision)));
  return { ok: false, problems: sortProblems(owned), changes };
}

/** Whether a problem is about a window type that the document itself has. */
const isOf = ({ windowTypes }: Wanted, path: string): boolean =>
  windowTypes.has(/^windowTypes\[([^\]]+)\]/.exec(path)?.[1] ?? '');

const PLACES: Partial<Record<Change['kind'], EntityKind>> = {
  windowType: 'windowTypes',
  algorithm: 'algorithms',
  processor: 'processors',
};

function withReason(change: Change, because: Because): Change {
  const reason = because.get(`${PLACES[change.kind]}/${change.name}`);
  return reason ? { ...change, because: reason } : change;
}
