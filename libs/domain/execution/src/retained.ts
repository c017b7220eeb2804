import type { Draft } from './draft.ts';
import type { Execution } from './execution.ts';
import type { ExecutionLimits } from './inputs.ts';
import type { WindowKey } from './pane.ts';
import { isQuiet, type WindowState } from './window-state.ts';

/** Windows of one key that are kept although nothing changes them by itself, because a person may retry what failed: the last ones. */
export const RETAINED_WINDOWS = 32;
/** Of their encoded panes. */
const RETAINED_BYTES = 1024 * 1024;

/** Ended without a result, for more than what its own pane lacked. */
export const hasFailed = ({ state, settled }: Execution): boolean =>
  state === 'FAILED' ||
  state === 'CANCELLED' ||
  (state === 'SKIPPED' && (settled?.reason?.because != null || settled?.reason?.code === 'SKIPPED_BY_PERSON'));

/** Whether something of a window may be tried again, and not for longer than it is kept for that. */
export const mayBeRetried = (
  w: WindowState,
  { nowUs, limits }: { readonly nowUs: number; readonly limits: ExecutionLimits },
): boolean =>
  !w.withdrawn &&
  !w.firm &&
  w.outcomeVersion + limits.failedRetentionUs > nowUs &&
  w.executions.some((x) => x !== null && hasFailed(x));

/** Of these windows those that are kept for a retry; what their results were made from is kept with them. */
export function retained({ context }: Draft, windows: readonly WindowState[]): ReadonlySet<WindowKey> {
  const kept = new Set<WindowKey>();
  let bytes = 0;
  const latest = windows
    .filter((w) => isQuiet(w) && mayBeRetried(w, context))
    .sort((a, b) => b.outcomeVersion - a.outcomeVersion)
    .slice(0, RETAINED_WINDOWS);
  for (const w of latest) {
    bytes += w.paneBytes;
    if (bytes > RETAINED_BYTES) break;
    kept.add(w.window);
  }
  return kept;
}
