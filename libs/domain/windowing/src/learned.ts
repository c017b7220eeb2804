import { spacingIn } from './completeness.ts';
import type { TypeDraft } from './draft.ts';
import { FOREVER } from './time.ts';
import type { Window } from './window.ts';

/** Final windows of one type and source from which it is learned how often a sample comes: the latest. */
export const LEARNED_WINDOWS = 15;

/** Final windows before anything is known. */
export const LEARNED_NEEDED = 5;

/** A window is final: it is known how far apart its samples were. */
export function learnSpacing(type: TypeDraft, window: Window): void {
  if (type.plan.type.expected?.everyUs !== 'learned') return;
  const spacingUs = spacingIn(type.plan, window) ?? (window.elements === 0 ? FOREVER : null);
  if (spacingUs === null) return;
  type.spacingsUs = [...type.spacingsUs, spacingUs].slice(-LEARNED_WINDOWS);
}

/**
 * How far apart samples are as a rule: the median, so that a few windows with gaps, or doubled, do not count. Null: not known yet, or
 * as a rule there are none. It depends on which windows were final by now, so on when things came.
 */
export function learnedSpacingUs({ spacingsUs }: TypeDraft): number | null {
  if (spacingsUs.length < LEARNED_NEEDED) return null;
  const median = [...spacingsUs].sort((a, b) => a - b)[Math.floor(spacingsUs.length / 2)]!;
  return median === FOREVER ? null : median;
}
