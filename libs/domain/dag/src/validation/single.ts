import type { Ref, WindowType } from '../model.ts';
import type { Draft } from './draft.ts';

/**
 * Whether a source has one window of a type at most: it has one life, and within it what comes once in its parent comes once. Results open
 * one window for each window that they are of: where a source has one of those it has one of these.
 */
export const isSingle = (draft: Draft, ref: Ref): boolean => isSingleBelow(draft, ref, new Set());

function isSingleBelow(draft: Draft, ref: Ref, below: ReadonlySet<Ref>): boolean {
  const type = draft.windowTypes.get(ref);
  if (!type || below.has(ref)) return false;
  if (draft.single?.has(ref)) return true;
  const seen = new Set(below).add(ref);
  const { open, parent } = type;
  if (open.kind === 'outcome') {
    const upstream = draft.algorithms.get(open.algorithm)?.bindings ?? [];
    if (upstream.length > 0 && upstream.every(({ windowType }) => isSingleBelow(draft, windowType, seen))) return true;
  }
  const isOnce = isOncePerParent(open) || draft.oncePerParent?.has(ref) === true;
  return isOnce && (parent === undefined || isSingleBelow(draft, parent, seen));
}

export const isOncePerParent = (open: WindowType['open']): boolean =>
  open.kind === 'wholeLife' || (open.kind === 'outcome' && open.once === 'parent');
