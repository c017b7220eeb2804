import type { PastChild } from './draft.ts';
import type { Input, KeptSignal } from './input.ts';
import { mergeKept } from './kept.ts';
import type { SourcePlan } from './plan.ts';
import { emptySource, type SourceState } from './state.ts';
import { takeStep, withKept, type Step, type StepParts } from './step.ts';

/** One source as a service holds it, without the service: its state, and what is stored apart from it. */
export interface StoredSource {
  readonly state: SourceState;
  /** Kept signals, in order of event time, then id. */
  readonly kept: readonly KeptSignal[];
  /** Forgotten children, by parent. */
  readonly past: ReadonlyMap<string, readonly PastChild[]>;
  /** Ids of older elements, by block. */
  readonly sealed: ReadonlyMap<number, ReadonlySet<number>>;
}

export const emptyStoredSource: StoredSource = { state: emptySource, kept: [], past: new Map(), sealed: new Map() };

export interface StoredStepParts extends Partial<Pick<StepParts, 'backlog' | 'silenceFromUs' | 'life' | 'sourceAt'>> {
  readonly key: string;
  readonly plan: SourcePlan;
  readonly nowUs: number;
  readonly inputs: readonly Input[];
  /** More has come than is being looked at; absent: no. */
  readonly backlog?: boolean;
  /** Default: 0, nothing is kept for people. */
  readonly keptRetentionUs?: number;
  /** Default: no. */
  readonly journaling?: boolean;
}

/** `takeStep`, which is given from the store what it needs, and whose answer is stored. */
export function stepStored(
  source: StoredSource,
  parts: StoredStepParts,
): { readonly step: Step; readonly source: StoredSource } {
  const pastChildren = new Map<string, readonly PastChild[]>();
  const sealedIds = new Map<number, ReadonlySet<number>>();
  let { state } = source;
  for (;;) {
    const taken = takeStep({
      keptRetentionUs: 0,
      journaling: false,
      backlog: false,
      ...parts,
      state,
      pastChildren,
      sealedIds,
    });
    if ('step' in taken) return { step: taken.step, source: afterStep(source, taken.step) };
    const { keptFromUs, pastChildrenOf, sealed } = taken.needs;
    if (keptFromUs !== null) state = withKept(state, { fromUs: keptFromUs, stored: keptFrom(source.kept, keptFromUs) });
    for (const id of pastChildrenOf) pastChildren.set(id, source.past.get(id) ?? []);
    for (const number of sealed) sealedIds.set(number, source.sealed.get(number) ?? new Set());
  }
}

const afterStep = ({ kept, past, sealed }: StoredSource, step: Step): StoredSource => ({
  state: step.state,
  kept: keptAfter(kept, step.kept),
  past: pastAfter(past, step.pastChildren),
  sealed: sealedAfter(sealed, step.sealed),
});

function sealedAfter(sealed: StoredSource['sealed'], { added, gone }: Step['sealed']): StoredSource['sealed'] {
  if (added.length === 0 && gone.length === 0) return sealed;
  const after = new Map(sealed);
  for (const { number, hashes } of added) after.set(number, new Set(hashes));
  for (const number of gone) after.delete(number);
  return after;
}

function keptAfter(kept: readonly KeptSignal[], { added, deleteBeforeUs }: Step['kept']): readonly KeptSignal[] {
  const all = added.length > 0 ? mergeKept(kept, added) : kept;
  return deleteBeforeUs === null ? all : keptFrom(all, deleteBeforeUs);
}

const keptFrom = (kept: readonly KeptSignal[], fromUs: number): readonly KeptSignal[] =>
  kept.filter(({ eventTimeUs }) => eventTimeUs >= fromUs);

function pastAfter(past: StoredSource['past'], { added, replaced }: Step['pastChildren']): StoredSource['past'] {
  if (added.length === 0 && replaced.size === 0) return past;
  const after = new Map(past);
  for (const { parentId, child } of added) after.set(parentId, [...(after.get(parentId) ?? []), child]);
  for (const [parentId, children] of replaced)
    if (children.length === 0) after.delete(parentId);
    else after.set(parentId, children);
  return after;
}
