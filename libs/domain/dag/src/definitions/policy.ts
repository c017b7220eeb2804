import { z } from 'zod';
import type { AvailabilityPolicy, Ref } from '../model.ts';
import { defaultPolicy } from '../policy.ts';
import { formatDurationUs } from '../duration.ts';
import { eventDuration, positiveProcessingDuration, processingDuration, ref, strict } from './fields.ts';

/** As many windows of a schedule as one step opens. */
export const MAX_CAUGHT_UP = 1_000;

/** Fields of an availability policy as people write it; what is left out has its default. */
export const policyFields = strict({
  outOfOrderness: eventDuration
    .optional()
    .describe('the watermark is the highest event time read, minus this; default 1s'),
  idleTimeout: z
    .union([z.literal('never'), positiveProcessingDuration], { error: 'a duration, or "never"' })
    .optional()
    .describe('silence (processing time, no backlog) after which a source is idle, or `never`; default 30s'),
  onIdle: z
    .enum(['advance', 'hold'])
    .optional()
    .describe('what silence means: the watermark advances, or waits for the source; default advance'),
  maxIdle: processingDuration
    .optional()
    .describe('after an idle advance, expiry waits for the data at most this long; default 1h'),
  early: strict({
    every: positiveProcessingDuration.optional().describe('fire each time this much processing time has passed'),
    count: z.int().min(1).optional().describe('fire each time this many elements have come'),
  })
    .refine((early) => early.every !== undefined || early.count !== undefined, 'give `every`, `count` or both')
    .optional()
    .describe('early panes, when something changed; default: none'),
  allowedLateness: eventDuration
    .optional()
    .describe('how far behind the end of a window an element still makes a new revision; default 0s'),
  coalesceLate: processingDuration
    .optional()
    .describe('late elements are collected this long before they fire; default 0s: at once'),
  maxAhead: z
    .union([z.literal('unlimited'), eventDuration], { error: 'a duration, or "unlimited"' })
    .optional()
    .describe(
      'elements and WATERMARKs further ahead of the clock [go to the dead letters](http.md#send-signals), or `unlimited`; default 1h',
    ),
  dedupeHorizon: eventDuration
    .optional()
    .describe(
      'ids of elements newer than the watermark minus this are remembered, and those of windows that are not final ([at most 100,000 a source](limits.md#while-windows-are-open)); default 10m, at least the lateness',
    ),
  catchUp: strict({
    windows: z
      .enum(['all', 'last', 'none'])
      .default('all')
      .describe(
        'which of the missed windows open: the newest `limit`, the last one, or none; those that signals fall into always do',
      ),
    limit: z.int().min(1).max(MAX_CAUGHT_UP).default(MAX_CAUGHT_UP).describe('of `all`; default 1000'),
    grace: eventDuration
      .default(60_000_000)
      .describe('a window that ended by less than this before the time now reached is not missed yet; default 1m'),
  })
    .optional()
    .describe(
      'windows of a cron or calendar that were missed because the hub was down or the source silent ([more](cron.md#missed-windows)); default all, up to 1000',
    ),
  silentAfter: z
    .union([z.literal('never'), positiveProcessingDuration], { error: 'a duration, or "never"' })
    .optional()
    .describe('told as silent after so long without a firing (processing time), or `never`; default: as is usual'),
  maxOffline: processingDuration
    .optional()
    .describe('a source that says it is offline is waited for so long; default 7d'),
});

export const policyDefinition = policyFields
  .extend({ windowType: ref })
  .describe('an availability policy, numbered apart from the DAG and applied at once');

export type PolicyFields = z.infer<typeof policyFields>;
/** As people write them: durations as text. */
export type PolicyInput = z.input<typeof policyFields>;

/** The policy with defaults filled; `number` is the one it would get. */
export function toPolicy(windowType: Ref, number: number, fields: PolicyFields): AvailabilityPolicy {
  const base = defaultPolicy(windowType);
  const allowedLatenessUs = fields.allowedLateness ?? base.allowedLatenessUs;
  const idleTimeoutMs = fields.idleTimeout === 'never' ? null : (fields.idleTimeout ?? base.idleTimeoutMs);
  return {
    windowType,
    number,
    outOfOrdernessUs: fields.outOfOrderness ?? base.outOfOrdernessUs,
    idleTimeoutMs,
    onIdle: fields.onIdle ?? base.onIdle,
    maxIdleMs: fields.maxIdle ?? maxIdleOf(idleTimeoutMs),
    early: fields.early
      ? {
          ...(fields.early.every && { everyMs: fields.early.every }),
          ...(fields.early.count && { count: fields.early.count }),
        }
      : null,
    allowedLatenessUs,
    coalesceLateMs: fields.coalesceLate ?? base.coalesceLateMs,
    maxAheadUs: fields.maxAhead === 'unlimited' ? null : (fields.maxAhead ?? base.maxAheadUs),
    dedupeHorizonUs: fields.dedupeHorizon ?? dedupeHorizonOf(allowedLatenessUs),
    ...(fields.catchUp && { catchUp: toCatchUp(fields.catchUp) }),
    ...(fields.silentAfter !== undefined && {
      silentAfterMs: fields.silentAfter === 'never' ? null : fields.silentAfter,
    }),
    ...(fields.maxOffline !== undefined && { maxOfflineMs: fields.maxOffline }),
  };
}

const toCatchUp = ({ grace, ...rest }: NonNullable<PolicyFields['catchUp']>) => ({ ...rest, graceUs: grace });

const BASE = defaultPolicy('');
const maxIdleOf = (idleTimeoutMs: number | null): number => Math.max(BASE.maxIdleMs, idleTimeoutMs ?? 0);
const dedupeHorizonOf = (allowedLatenessUs: number): number => Math.max(BASE.dedupeHorizonUs, allowedLatenessUs);

/** The policy as people write it. What follows from other fields by default is left out, so that it goes on to follow from them. */
export function writtenPolicy(policy: AvailabilityPolicy): PolicyInput {
  const { early, idleTimeoutMs, maxIdleMs, allowedLatenessUs, maxAheadUs, dedupeHorizonUs } = policy;
  const { silentAfterMs, maxOfflineMs } = policy;
  return {
    outOfOrderness: formatDurationUs(policy.outOfOrdernessUs),
    idleTimeout: idleTimeoutMs === null ? 'never' : formatMs(idleTimeoutMs),
    onIdle: policy.onIdle,
    ...(maxIdleMs !== maxIdleOf(idleTimeoutMs) && { maxIdle: formatMs(maxIdleMs) }),
    ...(early && {
      early: {
        ...(early.everyMs !== undefined && { every: formatMs(early.everyMs) }),
        ...(early.count !== undefined && { count: early.count }),
      },
    }),
    allowedLateness: formatDurationUs(allowedLatenessUs),
    coalesceLate: formatMs(policy.coalesceLateMs),
    maxAhead: maxAheadUs === null ? 'unlimited' : formatDurationUs(maxAheadUs),
    ...(dedupeHorizonUs !== dedupeHorizonOf(allowedLatenessUs) && { dedupeHorizon: formatDurationUs(dedupeHorizonUs) }),
    ...(policy.catchUp && { catchUp: writtenCatchUp(policy.catchUp) }),
    ...(silentAfterMs !== undefined && { silentAfter: silentAfterMs === null ? 'never' : formatMs(silentAfterMs) }),
    ...(maxOfflineMs !== undefined && { maxOffline: formatMs(maxOfflineMs) }),
  };
}

const writtenCatchUp = ({ graceUs, ...rest }: NonNullable<AvailabilityPolicy['catchUp']>) => ({
  ...rest,
  grace: formatDurationUs(graceUs),
});

const formatMs = (ms: number): string => formatDurationUs(ms * 1_000);
