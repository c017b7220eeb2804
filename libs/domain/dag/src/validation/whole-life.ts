import type { Ref } from '../model.ts';
import type { Draft } from './draft.ts';
import { ancestors } from './nesting.ts';

/** Windows that end only with their source: a whole life, and what lasts until that ends. */
export const isEndless = (draft: Draft, ref: Ref): boolean =>
  [ref, ...ancestors(draft, ref)].every((one) => {
    const open = draft.windowTypes.get(one)?.open;
    return open?.kind === 'wholeLife' || (open?.kind === 'outcome' && open.until === 'parent');
  });
