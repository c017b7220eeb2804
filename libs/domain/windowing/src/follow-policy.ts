import { refuseWaiting } from './boundaries.ts';
import { firingWatermark, type Draft, type TypeDraft } from './draft.ts';
import { drawDecided } from './observed-windows.ts';
import { followWatermark } from './schedule.ts';
import { NEVER, shifted } from './time.ts';
import { advance, advanceIdle } from './watermark.ts';

/**
 * Brings a type to where it would be if its policy had always been the one of now: its watermark is as far as a smaller `outOfOrderness`
 * takes it from what has been read, and final is what a smaller `allowedLateness` makes so. Nothing moves back, so a policy that is more
 * patient holds from here on. Where the policy has not changed, nothing does.
 */
export function followPolicy(draft: Draft, type: TypeDraft): void {
  followFront(draft, type);
  raiseFloor(draft, type);
}

/** Where silence has taken the front, it fires panes and finalises nothing: how far the data was then, is not known. */
function followFront(draft: Draft, type: TypeDraft): void {
  const { frontUs, plan } = type;
  if (frontUs === NEVER) return;
  const reachedUs = shifted(frontUs, -plan.policy.outOfOrdernessUs);
  if (reachedUs <= firingWatermark(type)) return;
  if (type.scheduleFromUs !== NEVER) followWatermark(draft, type, reachedUs);
  if (type.idleUs > type.watermarkUs) advanceIdle(draft, type, reachedUs);
  else advance(draft, type, reachedUs);
}

/** What is final by it is told at the end of the step. */
function raiseFloor(draft: Draft, type: TypeDraft): void {
  const floorUs = shifted(type.watermarkUs, -type.plan.policy.allowedLatenessUs);
  if (floorUs <= type.floorUs) return;
  const before = { beforeUs: firingWatermark(type), closedUs: type.floorUs };
  type.floorUs = floorUs;
  refuseWaiting(draft, type);
  drawDecided(draft, type, before);
}
