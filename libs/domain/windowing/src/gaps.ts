import { isGrid, type EpochUs, type PaneTiming } from '@windlass/dag';
import { firingWatermark, type Draft, type TypeDraft } from './draft.ts';
import { elementsBetween } from './element-log.ts';
import type { TypePlan } from './plan.ts';

/** Samples of one window up to which its gaps are known: so many are remembered one by one while it may change. */
export const GAP_SAMPLES = 1_000;

/** Types whose panes tell the longest gap: windows of a source on a grid, of which it is known how often a sample should come. */
export const tellsGaps = ({ role, type: { open, expected } }: TypePlan): boolean =>
  role === 'own' &&
  typeof expected?.everyUs === 'number' &&
  isGrid(open) &&
  open.sizeUs <= expected.everyUs * GAP_SAMPLES;

/**
 * The longest stretch of the window without an element, its edges included; of an EARLY pane only as far as the watermark has come.
 * Null: not known. It depends on the elements alone, not on the order in which they came.
 */
export function longestGapUs(
  { log }: Draft,
  type: TypeDraft,
  { startUs, endUs }: { readonly startUs: EpochUs; readonly endUs: EpochUs },
  timing: PaneTiming,
): number | null {
  if (!tellsGaps(type.plan) || log.completeFromUs > startUs) return null;
  let longestUs = 0;
  let lastUs = startUs;
  for (const { timeUs, name } of elementsBetween(log, startUs, endUs)) {
    if (!type.plan.elements.has(name)) continue;
    longestUs = Math.max(longestUs, timeUs - lastUs);
    lastUs = timeUs;
  }
  const untilUs = timing === 'EARLY' ? Math.min(endUs, firingWatermark(type)) : endUs;
  return Math.max(longestUs, untilUs - lastUs);
}
