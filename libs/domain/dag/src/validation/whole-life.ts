import type { Opening, Ref } from '../model.ts';
import type { Draft } from './draft.ts';
import { ancestors } from './nesting.ts';

/** Windows that end only with their source, which has one of them. A whole life within other windows ends with each of those. */
export const isLife = (draft: Draft, ref: Ref): boolean => isNestOf(draft, ref, (open) => open.kind === 'wholeLife');

/** Windows that end only with their source: a whole life, and what lasts until that ends. */
export const isEndless = (draft: Draft, ref: Ref): boolean =>
  isNestOf(draft, ref, (open) => open.kind === 'wholeLife' || (open.kind === 'outcome' && open.until === 'parent'));

function isNestOf(draft: Draft, ref: Ref, holds: (open: Opening) => boolean): boolean {
  return [ref, ...ancestors(draft, ref)].every((one) => {
    const type = draft.windowTypes.get(one);
    return type !== undefined && holds(type.open);
  });
}
