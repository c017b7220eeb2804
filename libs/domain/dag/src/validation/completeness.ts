import { expectedOf } from '../channels.ts';
import { type Opening, type Ref, scopeOf, type WindowType } from '../model.ts';
import type { Draft } from './draft.ts';
import { ancestors } from './nesting.ts';
import { isSingle } from './single.ts';

/** Why panes of a type never reach this completeness; undefined: they may. What is not known is below 0 too. */
export function incomplete(
  draft: Draft,
  { ref, least }: { readonly ref: Ref; readonly least: number },
): { readonly why: string; readonly mend: string } | undefined {
  const type = draft.windowTypes.get(ref)!;
  if (type.for.kind !== undefined && draft.unread?.mayBe('kinds', type.for.kind)) return undefined;
  const expected = expectedOf(type, draft.kinds);
  if (expected === undefined)
    return { why: 'does not say how many samples it has', mend: 'say it (`expected: { every: 1s }`)' };
  const uncounted = countsNothing(type);
  if (uncounted && least > 0) return uncounted;
  if (expected.everyUs === 'learned' && isSingle(draft, ref))
    return {
      why: 'would learn it from earlier windows, and a source has one of it',
      mend: 'say how far apart samples are (`expected: { every: 1s }`)',
    };
  return undefined;
}

/** Why windows of this type have no elements, so that nothing changes in them while they are open; undefined: they may have. */
export function countsNothing({
  open,
  reads,
}: WindowType): { readonly why: string; readonly mend: string } | undefined {
  if (reads.length === 0)
    return { why: 'reads no signals, so it counts no samples', mend: 'name the signals it reads' };
  if (scopeOf(open) === 'global')
    return { why: 'is of no source, so it counts no samples', mend: 'take the scope `source` or `group`' };
  return undefined;
}

/** What comes decides where its windows end: how complete they are is known once they are closed. */
export function isOpenEnded(draft: Draft, ref: Ref): boolean {
  for (const one of [ref, ...ancestors(draft, ref)]) {
    const { open } = draft.windowTypes.get(one)!;
    if (OPEN_ENDED.has(open.kind)) return true;
    const endsWithParent = open.kind === 'wholeLife' || (open.kind === 'outcome' && open.until === 'parent');
    if (!endsWithParent) return false;
  }
  return false;
}

const OPEN_ENDED: ReadonlySet<Opening['kind']> = new Set(['startStop', 'session', 'condition', 'state', 'count']);
