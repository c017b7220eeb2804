import type { Draft, TypeDraft } from './draft.ts';
import { shifted } from './time.ts';
import type { Window } from './window.ts';

/**
 * When the window's next EARLY pane, and its next coalesced LATE one, are due by the policy of now: so long after the first change that
 * no pane has told. However the change came about: an element, a window that opens over elements of before, a bound that moves. A shorter
 * wait of a new policy holds at once, a longer one from the next pane on.
 */
export function setPaneTimers(draft: Draft, { plan: { policy } }: TypeDraft, window: Window): void {
  const everyMs = policy.early?.everyMs;
  if (everyMs !== undefined || window.earlyDueUs !== null) {
    const dueUs = tellsEarly(window) ? dueWithin(draft, window.earlyDueUs, everyMs) : null;
    if (dueUs !== window.earlyDueUs) window.earlyDueUs = dueUs;
  }
  if (window.lateDueUs === null) return;
  const dueUs = dueWithin(draft, window.lateDueUs, policy.coalesceLateMs);
  if (dueUs !== window.lateDueUs) window.lateDueUs = dueUs;
}

/** There is something to tell that no pane has told. A window without elements has nothing, before its first pane. */
const tellsEarly = ({ fired, lateBorn, dirty, elements, revision }: Window): boolean =>
  !fired && !lateBorn && dirty && (elements !== 0 || revision >= 0);

function dueWithin({ nowUs }: Draft, setUs: number | null, waitMs: number | undefined): number | null {
  if (waitMs === undefined) return null;
  const dueUs = shifted(nowUs, waitMs * 1000);
  return setUs === null ? dueUs : Math.min(setUs, dueUs);
}
