import type { PaneTiming } from '@windlass/dag';
import type { TypeDraft } from './draft.ts';
import { learnedSpacingUs } from './learned.ts';
import type { TypePlan } from './plan.ts';
import { ENDLESS } from './time.ts';
import type { Window } from './window.ts';

/**
 * Share of the samples that the whole window should have, at most 1. Null: nobody said how many that are, or knows yet; or the window is
 * still open and nobody knows how long it will be.
 */
export function completenessOf(type: TypeDraft, window: Window, timing: PaneTiming): number | null {
  const { plan } = type;
  const declared = plan.type.expected?.everyUs ?? null;
  const everyUs = declared === 'learned' ? learnedSpacingUs(type) : declared;
  if (everyUs === null || (timing === 'EARLY' && isOpenEnded(plan, window))) return null;
  return Math.min(1, window.elements / Math.max(1, samplesIn(plan, window, everyUs)));
}

/** What comes decides where such windows end. */
function isOpenEnded(plan: TypePlan, window: Pick<Window, 'endUs'>): boolean {
  const { open } = plan.type;
  switch (open.kind) {
    case 'startStop':
    case 'session':
    case 'condition':
    case 'state':
    case 'count':
      return true;
    case 'wholeLife':
      return plan.startsMove || window.endUs >= ENDLESS || (plan.parent !== null && isOpenEnded(plan.parent, window));
    case 'outcome':
      return open.until === 'parent' && plan.parent !== null && isOpenEnded(plan.parent, window);
    case 'fixed':
    case 'sliding':
    case 'point':
    case 'cron':
    case 'calendar':
    case 'emission':
      return false;
    default:
      return open satisfies never;
  }
}

/** Samples of a window, so far apart. A session begins with one and ends a gap after the last. */
function samplesIn(
  { type: { open } }: TypePlan,
  { startUs, endUs }: Pick<Window, 'startUs' | 'endUs'>,
  everyUs: number,
): number {
  if (open.kind !== 'session') return Math.floor((endUs - startUs) / everyUs);
  return Math.floor(Math.max(0, endUs - startUs - open.gapUs) / everyUs) + 1;
}

/** How far apart the samples of a window are that has so many; null: it does not tell. */
export function spacingIn(
  { type: { open } }: TypePlan,
  { startUs, endUs, elements }: Pick<Window, 'startUs' | 'endUs' | 'elements'>,
): number | null {
  const [lengthUs, spaces] =
    open.kind === 'session' ? [endUs - startUs - open.gapUs, elements - 1] : [endUs - startUs, elements];
  return spaces > 0 ? Math.max(1, Math.floor(lengthUs / spaces)) : null;
}
