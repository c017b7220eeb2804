import type { Ref } from '../model.ts';
import type { Draft } from './draft.ts';
import { ancestors } from './nesting.ts';

/** Windows that end only with their source, which has one of them. A whole life within other windows ends with each of those. */
export const isLife = (draft: Draft, ref: Ref): boolean =>
  [ref, ...ancestors(draft, ref)].every((one) => draft.windowTypes.get(one)?.open.kind === 'wholeLife');
