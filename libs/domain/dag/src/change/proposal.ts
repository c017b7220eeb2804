import { carryIndex } from '../dag-index.ts';
import { applyDifference, type DagDifference } from '../difference.ts';
import type { AvailabilityPolicy, DagRevision } from '../model.ts';
import { changesBeside, dagChangesOf } from './changes.ts';
import { type Content, differenceTo, keepContent } from './content.ts';
import { hintsAbout } from './hints.ts';
import { otherSources } from './source-change.ts';
import type { Change, Proposal, RegistryState } from './state.ts';
import type { Wanted } from './wanted.ts';

/** What is said beside the content of the DAG. `algorithms`: those that somebody asked to change. */
export type Beside = Omit<Wanted, 'windowTypes' | 'processors' | 'expected' | 'kinds'> & Pick<Proposal, 'resolved'>;

interface Proven extends Omit<Beside, 'policies'> {
  readonly policies: readonly AvailabilityPolicy[];
}

/** What becomes of the state; the content is proven. */
export function proposalOf(state: RegistryState, content: Content, proven: Proven): Proposal {
  const { policies, ...beside } = proven;
  const { revision: live } = state;
  const difference = differenceTo(live, content);
  const sources = otherSources(state, beside);
  const dagChanges = dagChangesOf(live, difference, beside);
  const next = dagChanges.length > 0 ? nextRevision(live, difference, content) : live;
  const touched = new Set([...dagChanges.map(({ name }) => name), ...beside.algorithms.keys()]);
  return {
    ok: true,
    revision: next,
    difference,
    policies,
    sources,
    resolved: beside.resolved,
    hints: hintsAbout(next, touched),
    changes: [...dagChanges, ...changesBeside(state, content, { policies, sources })],
    warnings: [],
  };
}

/** What a document would change that is refused. What it has and could not be read is not taken out by it. */
export function changesTo(state: RegistryState, content: Content, { policies, ...beside }: Proven): Change[] {
  const dagChanges = dagChangesOf(state.revision, differenceTo(state.revision, content), beside);
  return [
    ...(beside.unread.isNothing ? dagChanges : dagChanges.filter(({ action }) => action !== 'removed')),
    ...changesBeside(state, content, { policies, sources: otherSources(state, beside) }),
  ];
}

function nextRevision(live: DagRevision, difference: DagDifference, content: Content): DagRevision {
  const next = applyDifference(live, difference);
  carryIndex(live, difference, next);
  keepContent(next, content);
  return next;
}
