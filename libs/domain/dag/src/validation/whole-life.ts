import type { Opening, Ref } from '../model.ts';
import type { Draft } from './draft.ts';
import { ancestors } from './nesting.ts';

const openings = (draft: Draft, ref: Ref): Opening[] =>
  [ref, ...ancestors(draft, ref)].flatMap((one) => draft.windowTypes.get(one)?.open ?? []);

/** Windows that end only with their source. A whole life within other windows ends with each of them. */
export const isLife = (draft: Draft, ref: Ref): boolean =>
  openings(draft, ref).every(({ kind }) => kind === 'wholeLife');

/** A source has one window of this type at most: its life, and what each life holds only one of. */
export function isOnlyOne(draft: Draft, ref: Ref): boolean {
  const nest = [ref, ...ancestors(draft, ref)];
  const isOnce = (one: Ref): boolean => {
    const type = draft.windowTypes.get(one);
    return (type !== undefined && isOncePerParent(type.open)) || draft.oncePerParent?.has(one) === true;
  };
  return nest.every(isOnce) && draft.windowTypes.get(nest.at(-1)!)?.parent === undefined;
}

/** There is one in each window of its parent, or of a source without one. */
export const isOncePerParent = (open: Opening): boolean =>
  open.kind === 'wholeLife' || (open.kind === 'outcome' && open.once === 'parent');
