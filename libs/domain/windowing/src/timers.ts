import type { EpochUs } from '@windlass/dag';
import { answerDueUs, answerFinalUs } from './asked-windows.ts';
import { doneAtUs } from './children.ts';
import { CAUSES, WATERMARK_TYPE_FIELD, watermarkSignal } from './watermark.ts';
import { scheduledUntilUs } from './life.ts';
import { othersDueUs } from './members.ts';
import { undecidedUntilUs } from './observed-windows.ts';
import { firingWatermark, typeIn, type Draft, type TypeDraft } from './draft.ts';
import { awakeUs, offlineDueUs } from './offline.ts';
import { GLOBAL_KEY, latenessEndUs, type TypePlan } from './plan.ts';
import { windowAfter } from './schedule-slots.ts';
import { silenceDueUs } from './silence.ts';
import { FOREVER, NEVER, shifted, US_PER_MS } from './time.ts';
import type { Window } from './window.ts';

/** Asks, by a WATERMARK signal, for what silence means. Only without a backlog: otherwise it is not the source that is silent. */
export function askForWatermarks(draft: Draft): void {
  for (const plan of draft.plan.types) {
    const type = typeIn(draft, plan);
    for (const need of silences(draft, type)) {
      if (need.dueUs > draft.nowUs || draft.backlog) continue;
      const eventTimeUs = watermarkNow(draft, plan);
      if (eventTimeUs <= type.idleAskedUs && need.cause === CAUSES.idle) continue;
      if (need.cause === CAUSES.idle) type.idleAskedUs = eventTimeUs;
      draft.signals.push(
        watermarkSignal({
          id: `${need.cause}-${plan.ref}-${eventTimeUs}`,
          eventTimeUs,
          metadata: { [WATERMARK_TYPE_FIELD]: plan.ref },
          cause: need.cause,
        }),
      );
    }
  }
}

/** Processing time at which the source must be looked at again; null: never. */
export function nextDueUs(draft: Draft): number | null {
  let dueUs = Math.min(silenceDueUs(draft), offlineDueUs(draft));
  for (const plan of draft.plan.types) {
    const type = typeIn(draft, plan);
    for (const window of type.windows) {
      if (window.withdrawn) continue;
      dueUs = Math.min(dueUs, window.earlyDueUs ?? FOREVER, window.lateDueUs ?? FOREVER);
      if (window.openedAtUs !== null && window.fired && !window.finalized && window.endUs <= type.floorUs)
        dueUs = Math.min(dueUs, latenessEndUs(plan, window.openedAtUs));
      const answerUs = Math.min(answerDueUs(draft, type, window), finalByClockUs(draft, type, window));
      dueUs = Math.min(dueUs, again(draft, answerUs));
      const doneUs = doneAtUs(plan, window);
      if (window.finalized && doneUs > draft.nowUs) dueUs = Math.min(dueUs, doneUs);
    }
    dueUs = Math.min(dueUs, othersDueUs(draft, type), lookAgainUs(draft, type));
    for (const silence of silences(draft, type))
      dueUs = Math.min(dueUs, Math.max(silence.dueUs, again(draft, silence.dueUs)));
  }
  return dueUs === FOREVER ? null : dueUs;
}

const finalByClockUs = (draft: Draft, type: TypeDraft, window: Window): number =>
  window.fired && !window.finalized ? answerFinalUs(draft, type, window) : FOREVER;

/** A watermark that is asked for comes back through the topic; look again if it has not. */
const ASK_AGAIN_US = 60_000_000;

const again = (draft: Draft, dueUs: number): number => (dueUs <= draft.nowUs ? draft.nowUs + ASK_AGAIN_US : dueUs);

interface Silence {
  readonly cause: (typeof CAUSES)[keyof typeof CAUSES];
  /** When silence will have lasted long enough for a watermark that fires, or finalises, the next window. */
  readonly dueUs: number;
}

function* silences(draft: Draft, type: TypeDraft): Generator<Silence> {
  const { policy } = type.plan;
  const openUs = Math.min(
    earliestEnd(type, ({ fired }) => !fired),
    undecidedUntilUs(draft, type),
    nextStart(draft, type),
  );
  if (draft.key === GLOBAL_KEY) {
    if (openUs !== FOREVER) yield { cause: CAUSES.clock, dueUs: openUs };
    return;
  }
  const silentUs = silentFromUs(draft, type.plan);
  if (type.plan.role === 'group' || silentUs === null || draft.maxEventUs === NEVER) return;
  const isTold = type.plan.role !== 'member' || type.member.silence !== 'ACTIVE';
  if (!isTold) yield { cause: CAUSES.idle, dueUs: silentUs };
  else if (openUs !== FOREVER && firingWatermark(type) < openUs)
    yield { cause: CAUSES.idle, dueUs: Math.max(silentUs, reachedUs(draft, type.plan, openUs)) };
  if (type.plan.role === 'member' && type.member.silence !== 'GONE') {
    yield { cause: CAUSES.maxIdle, dueUs: silentUs + policy.maxIdleMs * US_PER_MS };
    return;
  }
  const unfinishedUs = earliestEnd(type, ({ fired, finalized }) => fired && !finalized);
  if (unfinishedUs === FOREVER || type.floorUs >= unfinishedUs) return;
  const expiryUs = shifted(unfinishedUs, policy.allowedLatenessUs);
  yield {
    cause: CAUSES.maxIdle,
    dueUs: Math.max(silentUs + policy.maxIdleMs * US_PER_MS, reachedUs(draft, type.plan, expiryUs)),
  };
}

/** Processing time from which on silence means that the source has nothing to tell; null: it never does. */
function silentFromUs(draft: Draft, plan: TypePlan): number | null {
  const { onIdle, idleTimeoutMs, maxIdleMs } = plan.policy;
  const seenUs = Math.max(draft.lastSeenUs, awakeUs(draft, plan));
  if (onIdle === 'advance' && idleTimeoutMs !== null) return seenUs + idleTimeoutMs * US_PER_MS;
  // No group waits for who is no member of it any more.
  const leavesUs = memberUntilUs(draft, plan);
  return leavesUs > draft.nowUs ? null : Math.max(seenUs, leavesUs) + (idleTimeoutMs ?? maxIdleMs) * US_PER_MS;
}

/** Until when the source is valid, and in any group that has such windows; FOREVER: for good, or it is no matter of groups. */
const memberUntilUs = ({ life }: Draft, { role, meant }: TypePlan): EpochUs =>
  role === 'member' ? Math.min(life.toUs, meant?.at(-1)?.toUs ?? FOREVER) : FOREVER;

/** How often is looked whether a silent member that its groups wait for without limit still is one: so many times in its silence, in these bounds. */
const LOOKS_IN_SILENCE = 8;
const LOOK_AGAIN_US = 3_600_000_000;
const LOOK_AGAIN_MOST_US = 86_400_000_000;

/** Processing time at which a member that is waited for without limit must be looked at again; FOREVER: it need not. */
function lookAgainUs(draft: Draft, { plan, member }: TypeDraft): number {
  const { nowUs, lastSeenUs, maxEventUs } = draft;
  if (plan.role !== 'member' || member.silence === 'GONE' || maxEventUs === NEVER) return FOREVER;
  if (silentFromUs(draft, plan) !== null) return FOREVER;
  const silence = Math.min(LOOK_AGAIN_MOST_US, Math.max(LOOK_AGAIN_US, (nowUs - lastSeenUs) / LOOKS_IN_SILENCE));
  return Math.min(nowUs + Math.ceil(silence), memberUntilUs(draft, plan));
}

/** Of a schedule, when the next window opens that does not exist yet: never before those end that do. */
function nextStart({ life }: Draft, { plan, scheduleToUs }: TypeDraft): EpochUs {
  if (plan.parent || scheduleToUs === NEVER) return FOREVER;
  const startUs = windowAfter(plan, scheduleToUs)?.startUs ?? FOREVER;
  return startUs < scheduledUntilUs(life, plan) ? startUs : FOREVER;
}

function earliestEnd(type: TypeDraft, isMeant: (window: { fired: boolean; finalized: boolean }) => boolean): number {
  return type.windows.reduce(
    (min, window) => (!window.withdrawn && isMeant(window) ? Math.min(min, window.endUs) : min),
    FOREVER,
  );
}

/** While a source is silent, event time goes on from its last event as processing time does. */
function watermarkNow(draft: Draft, { policy }: TypePlan): number {
  if (draft.key === GLOBAL_KEY) return draft.nowUs;
  return draft.maxEventUs + (draft.nowUs - draft.lastSeenUs) - policy.outOfOrdernessUs;
}

/** Processing time at which that watermark reaches `eventTimeUs`. */
const reachedUs = (draft: Draft, { policy }: TypePlan, eventTimeUs: number): number =>
  draft.lastSeenUs + (eventTimeUs - draft.maxEventUs) + policy.outOfOrdernessUs;
