import type { EpochUs } from '@windlass/dag';
import type { TypeDraft } from './draft.ts';
import type { Span } from './span.ts';
import { NEVER } from './time.ts';
import { containing, indexAt } from './windows.ts';
import type { Window } from './window.ts';

/** Of the windows of a schedule within one parent, the one that holds this time; whatever the schedule says now, it keeps its bounds. */
export const scheduledAt = (type: TypeDraft, timeUs: EpochUs, parentId: string | null): Window | undefined =>
  containing(type, timeUs).find((window) => window.parentId === parentId);

/**
 * What a window that the schedule now has may take in around `timeUs`, which no window holds: not what windows hold, nor what was
 * theirs already, that were opened before the schedule was changed. Without such a change all of it.
 */
export function leftFor(type: TypeDraft, span: Span, timeUs: EpochUs, parentId: string | null): Span {
  const { windows, scheduleToUs } = type;
  let { startUs, endUs } = span;
  if (scheduleToUs !== NEVER && scheduleToUs <= timeUs) startUs = Math.max(startUs, scheduleToUs);
  const at = indexAt(windows, timeUs + 1);
  const isOther = (window: Window): boolean => !window.withdrawn && window.parentId === parentId;
  for (let i = at - 1; i >= 0; i--)
    if (isOther(windows[i]!)) {
      startUs = Math.max(startUs, windows[i]!.endUs);
      break;
    }
  for (let i = at; i < windows.length && windows[i]!.startUs < endUs; i++)
    if (isOther(windows[i]!)) endUs = windows[i]!.startUs;
  return startUs === span.startUs && endUs === span.endUs ? span : { ...span, startUs, endUs };
}
