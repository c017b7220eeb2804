import { type DagDifference, diffDag, LISTS, type List, namer } from '../difference.ts';
import type { AvailabilityPolicy, DagRevision } from '../model.ts';
import { type Content, contentOf } from './content.ts';
import { differingFields } from './equal.ts';
import type { Change, Proposal, RegistryState } from './state.ts';
import { valuesBetween } from './values.ts';
import type { Wanted } from './wanted.ts';

/** What differs between two revisions. */
export const changesBetween = (before: DagRevision, after: DagRevision): Change[] =>
  changesOf(before, diffDag(before, after));

const KIND_OF: { readonly [L in List]: Change['kind'] } = {
  windowTypes: 'windowType',
  processors: 'processor',
  algorithms: 'algorithm',
  expected: 'expected',
  kinds: 'kind',
};

/** A processor also writes as a team: who registers it must be of both. */
type Owned = { readonly owner?: string; readonly team?: string };

/** What is told of a difference is the difference itself: nothing that it puts or removes stays untold. */
function changesOf(before: DagRevision, { put, removed }: DagDifference): Change[] {
  const content = contentOf(before);
  return LISTS.flatMap((list) => {
    const nameOf = namer(list);
    const old: ReadonlyMap<string, Owned> = content[list];
    return [
      ...(put[list] ?? []).map((one) => change(KIND_OF[list], nameOf(one), old.get(nameOf(one)), one)),
      ...(removed[list] ?? []).map((name) => change(KIND_OF[list], name, old.get(name), undefined)),
    ];
  });
}

function change(kind: Change['kind'], name: string, before: Owned | undefined, after: Owned | undefined): Change {
  const teams = [before?.owner, before?.team, after?.owner, after?.team];
  const owners = [...new Set(teams.filter((team) => team !== undefined))];
  if (before && after) {
    const fields = differingFields(before, after).sort();
    const values = kind === 'source' ? {} : { values: valuesBetween(before, after) };
    return { kind, name, action: 'changed', owners, fields, ...values };
  }
  return { kind, name, action: after ? 'added' : 'removed', owners };
}

/** Algorithms that nobody named have settled themselves anew. */
export const dagChangesOf = (
  live: DagRevision,
  difference: DagDifference,
  { algorithms }: Pick<Wanted, 'algorithms'>,
): Change[] =>
  changesOf(live, difference).map((one) =>
    one.kind === 'algorithm' && one.action === 'changed' && !algorithms.has(one.name) ? { ...one, settled: true } : one,
  );

export function changesBeside(
  state: RegistryState,
  { windowTypes }: Content,
  { policies, sources }: Pick<Proposal, 'policies' | 'sources'>,
): Change[] {
  const owned = (policy: AvailabilityPolicy | undefined): Owned | undefined => {
    const owner = policy && windowTypes.get(policy.windowType)?.owner;
    return policy && { ...policy, ...(owner !== undefined && { owner }) };
  };
  return [
    ...policies.map((policy) =>
      change('policy', policy.windowType, owned(state.policies.get(policy.windowType)), owned(policy)),
    ),
    ...sources.map((source) => change('source', source.name, state.sources.get(source.name), source)),
  ];
}
