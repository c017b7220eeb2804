import type { DagIndex } from '../dag-index.ts';
import { formatDurationUs } from '../duration.ts';
import { refOf, type Opening, type Ref, type WindowType } from '../model.ts';
import type { Warning } from '../problem.ts';
import type { Draft } from './draft.ts';
import { ancestors } from './nesting.ts';

/**
 * Of the named window types, and those that lie in them: which take elements for a shorter time than windows which they lie in may still
 * open. What is there already when such a window opens, and too late for what lies in it, is dropped.
 */
export function shortLateness(draft: Draft, proven: DagIndex, named: ReadonlySet<Ref>): Warning[] {
  const nested = [...named].flatMap((ref) => proven.childTypesOf(ref).map(refOf));
  return [...new Set([...named, ...nested])].flatMap((ref) => warningOf(draft, ref) ?? []);
}

function warningOf(draft: Draft, ref: Ref): Warning | null {
  const type = draft.windowTypes.get(ref);
  const parent = draft.windowTypes.get(type?.parent ?? '');
  if (!type || !parent || isHeld(draft, ref, type)) return null;
  const { outOfOrdernessUs, allowedLatenessUs } = draft.policyOf(ref);
  const [takesUs, reachUs] = [outOfOrdernessUs + allowedLatenessUs, reachOf(draft, parent)];
  if (takesUs >= reachUs) return null;
  return {
    code: 'LATENESS_BELOW_PARENT',
    path: `${draft.locate('policies', ref)}.allowedLateness`,
    message: `${ref} takes what is up to ${formatDurationUs(takesUs)} behind the newest, and windows of ${type.parent} may open or be revised up to ${formatDurationUs(reachUs)} behind it: what is later than the former counts in the parent and is dropped in ${ref}`,
    chain: [ref, type.parent!],
    mend: `an allowedLateness of at least ${formatDurationUs(reachUs - outOfOrdernessUs)}, or a shorter one of ${type.parent}`,
  };
}

/** Nothing in windows whose start may move, or that results open, is too late before they are final. */
const isHeld = (draft: Draft, ref: Ref, { open }: WindowType): boolean =>
  isOpenedByResults(open) ||
  ancestors(draft, ref).some((one) => {
    const { open: of } = draft.windowTypes.get(one)!;
    return of.kind === 'session' || of.kind === 'wholeLife' || isOpenedByResults(of);
  });

const isOpenedByResults = ({ kind }: Opening): boolean => kind === 'outcome' || kind === 'emission';

/** How far behind the newest event windows of a type may begin that open now, or change. */
function reachOf(draft: Draft, { open, ...type }: WindowType): number {
  const { outOfOrdernessUs, allowedLatenessUs } = draft.policyOf(refOf(type));
  return outOfOrdernessUs + allowedLatenessUs + decidedAfterUs(open);
}

/** How much later than its start what opens a window is known. */
function decidedAfterUs(open: Opening): number {
  switch (open.kind) {
    case 'point':
      return open.beforeUs + open.afterUs;
    case 'condition':
    case 'state':
      return open.minDurationUs;
    default:
      return 0;
  }
}
