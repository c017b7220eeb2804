import type { AvailabilityPolicy, Ref } from './model.ts';

/** How often policies have been set, of all window types together: higher after every setting. */
export const policySettings = (policies: ReadonlyMap<Ref, AvailabilityPolicy>): number =>
  [...policies.values()].reduce((sum, { number }) => sum + number, 0);

const SECOND_US = 1_000_000;

/**
 * What holds for a window type nobody gave a policy: number 0, panes one second behind the highest event time,
 * an idle source advances after 30 s, no early panes, nothing late is taken.
 */
export const defaultPolicy = (windowType: Ref): AvailabilityPolicy => ({
  windowType,
  number: 0,
  outOfOrdernessUs: SECOND_US,
  idleTimeoutMs: 30_000,
  onIdle: 'advance',
  maxIdleMs: 3_600_000,
  early: null,
  allowedLatenessUs: 0,
  coalesceLateMs: 0,
  maxAheadUs: 3_600 * SECOND_US,
  dedupeHorizonUs: 600 * SECOND_US,
});
