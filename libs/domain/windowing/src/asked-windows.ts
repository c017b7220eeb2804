import { firingWatermark, typeIn, type Draft, type TypeDraft } from './draft.ts';
import { awakeUs } from './offline.ts';
import { FOREVER, NEVER, shifted, US_PER_MS } from './time.ts';
import type { Window } from './window.ts';
import { windowById } from './windows.ts';

/**
 * Processing time at which a window that was opened by a result or by hand fires although no watermark has come to its end; FOREVER: it
 * waits for one, which an idle source gets too. Where the source has sent nothing that the type reads there is none: the clock takes its
 * place. And where the policy waits for a silent source (`hold`), whoever asked for a window is answered after `maxIdle`: what the source
 * sends later is a revision.
 */
export function answerDueUs(draft: Draft, type: TypeDraft, window: Window): number {
  const { openedAtUs } = window;
  const { policy, type: windowType } = type.plan;
  if (!type.plan.openedByResults || openedAtUs === null || window.fired) return FOREVER;
  if (endsWithOpenParent(draft, type, window)) return FOREVER;
  const endsUs = endsByClockUs(type, openedAtUs, window);
  if (firingWatermark(type) === NEVER) return endsUs;
  const goesIdle = policy.onIdle === 'advance' && policy.idleTimeoutMs !== null && draft.maxEventUs !== NEVER;
  if (goesIdle || windowType.open.kind !== 'emission') return FOREVER;
  const sinceUs = Math.max(draft.lastSeenUs, openedAtUs, awakeUs(draft, type.plan));
  return Math.max(endsUs, shifted(sinceUs, policy.maxIdleMs * US_PER_MS));
}

/** Processing time at which it is final by the clock, because there is no watermark; FOREVER: it is by event time. */
export function answerFinalUs(draft: Draft, type: TypeDraft, window: Window): number {
  const { openedAtUs } = window;
  if (!type.plan.openedByResults || openedAtUs === null) return FOREVER;
  if (firingWatermark(type) !== NEVER || endsWithOpenParent(draft, type, window)) return FOREVER;
  return shifted(endsByClockUs(type, openedAtUs, window), type.plan.policy.allowedLatenessUs);
}

/** A watermark that goes with the clock has passed its end, and it is open. */
const endsByClockUs = ({ plan: { policy } }: TypeDraft, openedAtUs: number, { endUs }: Window): number =>
  Math.max(openedAtUs, shifted(endUs, policy.outOfOrdernessUs));

/** It lasts until its parent ends, and that may still move. */
function endsWithOpenParent(draft: Draft, { plan }: TypeDraft, { parentId, endUs }: Window): boolean {
  const { open } = plan.type;
  if (open.kind !== 'outcome' || !plan.parent || parentId === null) return false;
  const parent = windowById(typeIn(draft, plan.parent), parentId);
  return parent !== undefined && !parent.fired && parent.endUs === endUs;
}
