import type { Ref, WindowType } from '../model.ts';
import type { Draft } from './draft.ts';

const known = new WeakMap<Draft, ReadonlySet<Ref>>();

/**
 * Whether a source has one window of a type at most: it has one life, and within it what comes once in its parent comes once. Results open
 * one window for each window that they are of: where a source has one of those it has one of these.
 */
export function isSingle(draft: Draft, ref: Ref): boolean {
  let single = known.get(draft);
  if (!single) known.set(draft, (single = singleTypes(draft)));
  return single.has(ref);
}

export const isOncePerParent = (open: WindowType['open']): boolean =>
  open.kind === 'wholeLife' || (open.kind === 'outcome' && open.once === 'parent');

/** Types of which one must be single for another to be: all of them. */
interface Reason {
  readonly ref: Ref;
  readonly of: Set<Ref>;
}

/** The least fixed point, by a work list: each reason is looked at once for each type that it waits for. */
function singleTypes(draft: Draft): ReadonlySet<Ref> {
  const single = new Set<Ref>();
  const waiting = new Map<Ref, Reason[]>();
  const found: Ref[] = [];
  const find = (ref: Ref): void => {
    if (single.has(ref)) return;
    single.add(ref);
    found.push(ref);
  };
  for (const [ref, type] of draft.windowTypes)
    for (const of of reasonsOf(draft, ref, type)) {
      if (of.size === 0) find(ref);
      for (const one of of) {
        const reasons = waiting.get(one);
        if (reasons) reasons.push({ ref, of });
        else waiting.set(one, [{ ref, of }]);
      }
    }
  // The list grows while it is walked.
  for (const ref of found)
    for (const { ref: next, of } of waiting.get(ref) ?? []) {
      of.delete(ref);
      if (of.size === 0) find(next);
    }
  return single;
}

function reasonsOf(draft: Draft, ref: Ref, { open, parent }: WindowType): Set<Ref>[] {
  if (draft.single?.has(ref)) return [new Set()];
  const reasons: Set<Ref>[] = [];
  if (isOncePerParent(open) || draft.oncePerParent?.has(ref))
    reasons.push(new Set(parent === undefined ? [] : [parent]));
  const upstream = open.kind === 'outcome' ? (draft.algorithms.get(open.algorithm)?.bindings ?? []) : [];
  if (upstream.length > 0) reasons.push(new Set(upstream.map(({ windowType }) => windowType)));
  return reasons;
}
