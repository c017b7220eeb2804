import type { EpochUs, Ref } from '@windlass/dag';
import type { Draft } from './draft.ts';
import type { Signal } from './input.ts';
import type { TypePlan } from './plan.ts';
import { FOREVER, timeOf, US_PER_MS } from './time.ts';

/** The signal by which a source says that it goes offline (START) and is back (STOP). */
export const OFFLINE_SIGNAL = 'windlass-offline';

/** Its metadata: until about when, in microseconds or as ISO 8601 text; absent: until further notice. */
export const UNTIL_FIELD = 'until';

/** What a source has said of being offline. */
export interface Offline {
  /** Event time of the last declaration. */
  readonly declaredUs: EpochUs;
  /** Processing time since when it is offline; null: it is back. */
  readonly sinceUs: number | null;
  readonly untilUs: EpochUs | null;
  /** Processing time at which it came back; null: it has not. */
  readonly backUs: number | null;
  /** Window types that wait for it no longer, which was told. */
  readonly told: readonly Ref[];
}

/** How long a window type waits for a source that is offline, unless its policy says otherwise. */
export const MAX_OFFLINE_MS = 7 * 24 * 3_600_000;

/** What was said before the last declaration, or again, changes nothing. */
export function onOffline(draft: Draft, { eventTimeUs, phase, metadata }: Signal): void {
  const before = draft.offline;
  if (before && eventTimeUs < before.declaredUs) return;
  const isRepeated = before?.declaredUs === eventTimeUs && (before.sinceUs === null) === (phase === 'STOP');
  if (isRepeated || (phase !== 'START' && phase !== 'STOP')) return;
  const untilUs = untilOf(metadata[UNTIL_FIELD]);
  draft.offline =
    phase === 'START'
      ? {
          declaredUs: eventTimeUs,
          sinceUs: draft.nowUs,
          untilUs: Number.isSafeInteger(untilUs) ? untilUs : null,
          backUs: null,
          told: [],
        }
      : { declaredUs: eventTimeUs, sinceUs: null, untilUs: null, backUs: draft.nowUs, told: [] };
}

const ZONED = /(Z|[+-]\d\d:\d\d)$/;

/** Microseconds since 1970; null: nothing is said. Not a time: NaN. */
export function untilOf(until: unknown): EpochUs | null {
  if (until === undefined || until === null) return null;
  if (typeof until === 'string') return ZONED.test(until) ? timeOf(until) : NaN;
  return typeof until === 'number' ? until : NaN;
}

/**
 * Processing time from which on silence of the source means something to this type: in the future while it is offline, at most as
 * long as the policy allows.
 */
export function awakeUs({ offline }: Draft, plan: TypePlan): number {
  if (!offline) return 0;
  const { sinceUs, untilUs, backUs } = offline;
  if (sinceUs === null) return backUs ?? 0;
  return Math.max(sinceUs, Math.min(untilUs ?? FOREVER, sinceUs + limitUs(plan)));
}

export const isOffline = (draft: Draft, plan: TypePlan): boolean => draft.nowUs < awakeUs(draft, plan);

const limitUs = ({ policy }: TypePlan): number => (policy.maxOfflineMs ?? MAX_OFFLINE_MS) * US_PER_MS;

/** Tells, once, for which types a source is offline for longer than their policies allow. */
export function judgeOffline(draft: Draft): void {
  const { nowUs } = draft;
  for (const plan of draft.plan.types) {
    const dueUs = tooLongUs(draft, plan);
    if (dueUs > nowUs || !draft.offline || draft.offline.sinceUs === null) continue;
    const { sinceUs, untilUs, told } = draft.offline;
    draft.offline = { ...draft.offline, told: [...told, plan.ref] };
    draft.notices.push({
      kind: 'OFFLINE_TOO_LONG',
      windowType: plan.ref,
      owner: plan.type.owner,
      atUs: nowUs,
      sinceUs,
      limitMs: limitUs(plan) / US_PER_MS,
      untilUs,
    });
  }
}

/** Processing time at which that must be judged again; FOREVER: never. */
export const offlineDueUs = (draft: Draft): number =>
  draft.plan.types.reduce((min, plan) => Math.min(min, tooLongUs(draft, plan)), FOREVER);

/** When the source will have been offline for too long; FOREVER: it is not, it will be back before, or that was told. */
function tooLongUs({ offline }: Draft, plan: TypePlan): number {
  if (!offline || offline.sinceUs === null || offline.told.includes(plan.ref)) return FOREVER;
  const endUs = offline.sinceUs + limitUs(plan);
  return offline.untilUs !== null && offline.untilUs <= endUs ? FOREVER : endUs;
}
