import { isGrid, type EpochUs, type PaneTiming } from '@windlass/dag';
import { firingWatermark, type Draft, type TypeDraft } from './draft.ts';
import { elementsBetween } from './element-log.ts';
import type { TypePlan } from './plan.ts';
import { gapOf } from './span.ts';
import { FOREVER } from './time.ts';
import type { Window } from './window.ts';

/** Samples of one window up to which its gaps are known: so many are remembered one by one while it may change. */
export const GAP_SAMPLES = 1_000;

/** Types whose panes tell the longest gap: those of a source of which it is known how often a sample should come, unless none is short enough. */
export const tellsGaps = (plan: TypePlan): boolean => longestUs(plan) > 0 && (lengthUs(plan) ?? 0) <= longestUs(plan);

/** Up to this length gaps of windows are known; 0: of none. */
const longestUs = ({ role, type: { open, expected } }: TypePlan): number =>
  role === 'own' && open.kind !== 'wholeLife' && typeof expected?.everyUs === 'number'
    ? expected.everyUs * GAP_SAMPLES
    : 0;

/** Of every window of the type, before a parent cuts it; null: they differ. */
function lengthUs({ type: { open } }: TypePlan): number | null {
  if (isGrid(open)) return open.sizeUs;
  return open.kind === 'point' ? open.beforeUs + open.afterUs : null;
}

/** Elements from here on are needed to tell gaps of windows whose length is not the same for all, as far as these are short enough by now. */
export function gapsFrom({ plan, windows, frontUs }: TypeDraft): EpochUs {
  const mostUs = longestUs(plan);
  if (mostUs === 0 || isGrid(plan.type.open)) return FOREVER;
  const first = windows.find(
    ({ finalized, withdrawn, startUs, endUs, elements }) =>
      !finalized && !withdrawn && elements <= GAP_SAMPLES && Math.min(endUs, frontUs) - startUs <= mostUs,
  );
  return first?.startUs ?? FOREVER;
}

/**
 * The longest stretch of the window without an element, its edges included, but not the silence that ends a session; of an EARLY pane
 * only as far as the watermark has come. Null: not known. It depends on the elements alone, not on the order in which they came.
 */
export function longestGapUs({ log }: Draft, type: TypeDraft, window: Window, timing: PaneTiming): number | null {
  const { plan } = type;
  const { startUs } = window;
  if (!tellsGaps(plan) || log.completeFromUs > startUs) return null;
  const untilUs = timing === 'EARLY' ? Math.min(window.endUs, firingWatermark(type)) : window.endUs;
  if (isTooLong(plan, window, untilUs)) return null;
  let longest = 0;
  let lastUs = startUs;
  let samples = 0;
  for (const { timeUs, name, count } of elementsBetween(log, startUs, window.endUs)) {
    if (!plan.elements.has(name)) continue;
    longest = Math.max(longest, timeUs - lastUs);
    lastUs = timeUs;
    samples += count;
  }
  // Of a window that was too long before it was cut, not all are remembered.
  if (samples !== window.elements) return null;
  return plan.type.open.kind === 'session' ? longest : Math.max(longest, untilUs - lastUs);
}

const isTooLong = (plan: TypePlan, { startUs, elements }: Window, untilUs: EpochUs): boolean =>
  !isGrid(plan.type.open) && (elements > GAP_SAMPLES || untilUs - startUs > longestUs(plan) + (gapOf(plan) ?? 0));
