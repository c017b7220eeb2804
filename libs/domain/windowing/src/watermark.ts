import type { EpochUs } from '@windlass/dag';
import { refuseWaiting } from './boundaries.ts';
import { firingWatermark, typeIn, type Draft, type TypeDraft } from './draft.ts';
import { settle } from './fire.ts';
import type { Signal } from './input.ts';
import { drawDecided } from './observed-windows.ts';
import { isOffline } from './offline.ts';
import { countWatermark } from './regress.ts';
import { followWatermark } from './schedule.ts';
import { NEVER, shifted } from './time.ts';
import { refuseAhead, tooFarAheadFor } from './too-far-ahead.ts';

/** Metadata of the hub's own WATERMARK signals: the only window type they are for. */
export const WATERMARK_TYPE_FIELD = 'windowType';

/** Causes of WATERMARK signals that the hub writes itself. */
export const CAUSES = {
  /** Silence: fires panes, finalises nothing. */
  idle: 'idle',
  /** Silence for so long that windows are finalised too. */
  maxIdle: 'max-idle',
  /** Of windows that belong to no source. */
  clock: 'clock',
} as const;

/** A WATERMARK signal: every element before its time has arrived. */
export function onWatermark(draft: Draft, signal: Signal): void {
  const { eventTimeUs, cause, metadata } = signal;
  const only = cause === null ? undefined : metadata[WATERMARK_TYPE_FIELD];
  const ahead = cause === null ? tooFarAheadFor(draft, signal, draft.plan.types) : [];
  if (ahead.length > 0) refuseAhead(draft, signal, ahead);
  else if (cause === null) countWatermark(draft, eventTimeUs);
  if (only === undefined && ahead.length === 0) draft.toldUs = Math.max(draft.toldUs, eventTimeUs);
  for (const plan of draft.plan.types) {
    if ((only !== undefined && plan.ref !== only) || ahead.includes(plan)) continue;
    // Asked for before the source said that it goes offline.
    if ((cause === CAUSES.idle || cause === CAUSES.maxIdle) && isOffline(draft, plan)) continue;
    const type = typeIn(draft, plan);
    // A source that has told nothing but how far it is has no windows yet.
    if (cause !== null || type.scheduleFromUs !== NEVER) followWatermark(draft, type, eventTimeUs);
    if (cause === CAUSES.idle || cause === CAUSES.maxIdle) {
      type.member = { ...type.member, silence: cause === CAUSES.idle ? 'IDLE' : 'GONE' };
      type.frontUs = Math.max(type.frontUs, shifted(eventTimeUs, plan.policy.outOfOrdernessUs));
    }
    if (cause === CAUSES.idle) advanceIdle(draft, type, eventTimeUs);
    else advance(draft, type, eventTimeUs);
  }
}

/** Moves a type's watermark, never back, and fires what it has reached. */
export function advance(draft: Draft, type: TypeDraft, watermarkUs: EpochUs): void {
  if (watermarkUs > type.watermarkUs) {
    const before = { beforeUs: firingWatermark(type), closedUs: type.floorUs };
    type.steppedFromUs = firingWatermark(type);
    type.watermarkUs = watermarkUs;
    type.floorUs = Math.max(type.floorUs, shifted(watermarkUs, -type.plan.policy.allowedLatenessUs));
    if (type.boundaries.length > 0) refuseWaiting(draft, type);
    drawDecided(draft, type, before);
  }
  if (!hasMovedAncestor(draft, type.plan)) settle(draft, type, { flush: false });
}

/** Moves where a type's panes fire, never back; nothing is final by it. */
export function advanceIdle(draft: Draft, type: TypeDraft, idleUs: EpochUs): void {
  if (idleUs <= type.idleUs) return;
  const before = { beforeUs: firingWatermark(type), closedUs: type.floorUs };
  type.steppedFromUs = firingWatermark(type);
  type.idleUs = idleUs;
  refuseWaiting(draft, type);
  drawDecided(draft, type, before);
  if (!hasMovedAncestor(draft, type.plan)) settle(draft, type, { flush: false });
}

/** A WATERMARK: everything of the source before `eventTimeUs` has arrived. */
export const watermarkSignal = (
  fields: Pick<Signal, 'id' | 'eventTimeUs' | 'cause'> & Partial<Pick<Signal, 'name' | 'metadata'>>,
): Signal => ({
  name: 'watermark',
  phase: 'WATERMARK',
  values: {},
  count: 1,
  correlation: null,
  metadata: {},
  ...fields,
});

/** The time of day, which drives windows that belong to no source. */
export const clockSignal = (nowUs: number): Signal =>
  watermarkSignal({ id: `${CAUSES.clock}-${nowUs}`, eventTimeUs: nowUs, cause: CAUSES.clock });

/** What it lies in has other bounds since this step: its own follow before it fires. */
const hasMovedAncestor = (draft: Draft, { parent }: TypeDraft['plan']): boolean =>
  parent !== null && (draft.types.get(parent.ref)?.restructured === true || hasMovedAncestor(draft, parent));
