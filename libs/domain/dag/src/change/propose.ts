import type { AvailabilityPolicy, Ref } from '../model.ts';
import { defaultPolicy } from '../policy.ts';
import type { Unread } from '../unread.ts';
import { type Content, contentOf, merged } from './content.ts';
import { settledContent } from './defaults.ts';
import { type Going, lostReferences, NOTHING_GOES, staying } from './going.ts';
import { judge, type Judging, unreadBy } from './judge.ts';
import { inOrderOf, placesAsWritten } from './order-of-lists.ts';
import { numberedPolicies } from './policy-change.ts';
import { proposalOf } from './proposal.ts';
import { boundTwiceProblems, sameVersionProblems, settleReferences, suppliesWith } from './references.ts';
import type { Proposal, Refusal, RegistryState } from './state.ts';
import type { Wanted } from './wanted.ts';

/**
 * Merges, validates the whole, and says what would change; or everything that is wrong.
 *
 * @param going what leaves together with it: no reference of the document may stand for it
 */
export function propose(state: RegistryState, wanted: Wanted, going: Going = NOTHING_GOES): Proposal | Refusal {
  const { content, beside } = drafted(state, wanted, going);
  return judge(state, content, beside);
}

/** What the registry would be if nobody refused a document, and what of it could not be read. */
export type Assumed = Pick<Proposal, 'revision' | 'policies' | 'sources'> & { readonly unread: Unread };

export function assumed(state: RegistryState, wanted: Wanted): Assumed {
  const { content, beside } = drafted(state, wanted, NOTHING_GOES);
  const policies = numberedPolicies(state, beside);
  const proposal = proposalOf(state, settledContent(content), { ...beside, policies });
  return { ...proposal, unread: unreadBy(state, wanted) };
}

/** What would be there, its references settled, and what is wrong with them. */
function drafted(
  state: RegistryState,
  wanted: Wanted,
  going: Going,
): { readonly content: Content; readonly beside: Judging } {
  const before = contentOf(state.revision);
  const supplies = suppliesWith(staying(before, going), wanted);
  const { resolved, ...settled } = settleReferences(wanted, supplies);
  const named = { ...wanted, ...settled };
  return {
    content: merged(withoutUnread(before, wanted), inOrderOf(before, named)),
    beside: {
      ...wanted,
      policies: new Map([...returning(before, wanted), ...wanted.policies]),
      problems: [
        ...wanted.problems,
        ...lostReferences(wanted, supplies, going),
        ...sameVersionProblems(wanted, suppliesWith(before, wanted)),
        ...boundTwiceProblems(named),
      ],
      resolved,
      asWritten: placesAsWritten(before, named),
    },
  };
}

/** What is there already under the name of what could not be read is not what it will be. */
function withoutUnread(live: Content, { unread, replaces }: Wanted): Content {
  const rest: Partial<Record<keyof Content, ReadonlyMap<string, unknown>>> = {};
  for (const list of replaces) {
    const gone = unread.namesOf(list).filter((name) => live[list].has(name));
    if (gone.length === 0) continue;
    const left = new Map<string, unknown>(live[list]);
    for (const name of gone) left.delete(name);
    rest[list] = left;
  }
  return { ...live, ...(rest as Partial<Content>) };
}

/** A window type that was retired and comes back begins with the default policy, not with the one it had. */
const returning = (live: Content, { windowTypes }: Wanted): [Ref, AvailabilityPolicy][] =>
  [...windowTypes.keys()].filter((ref) => !live.windowTypes.has(ref)).map((ref) => [ref, defaultPolicy(ref)]);
