import { isGrid, isScheduled, type EpochUs, type Ref } from '@windlass/dag';
import { typeIn, type Draft, type TypeDraft } from './draft.ts';
import { LIVE_WITHIN_US } from './dial/sighting.ts';
import {
  afterFiring,
  expectedFrom,
  FIRINGS_NEEDED,
  hasFired,
  slackUs,
  usualDelayUs,
  usualStepUs,
  usualToleranceUs,
  type Habit,
} from './habit.ts';
import { awakeUs } from './offline.ts';
import { GLOBAL_KEY, isMeantAt, type TypePlan } from './plan.ts';
import { windowAfter } from './schedule-slots.ts';
import { FOREVER, NEVER, US_PER_MS } from './time.ts';
import type { Window } from './window.ts';

/** Silence that has been told is looked at again: its source may have been retired, its window type removed. */
const LOOK_AGAIN_US = 3_600_000_000;
/** With a backlog it is not the source that is silent. */
const ASK_AGAIN_US = 60_000_000;

/** Whom a notice about a window type goes to that is gone. */
const NOBODY = 'default';

/** A window has fired for the first time. If its type was silent, it is not any more. */
export function noteFiring(draft: Draft, type: TypeDraft, window: Window): void {
  const { plan, habit } = type;
  if (draft.key === GLOBAL_KEY || plan.role === 'member') return;
  const { nowUs } = draft;
  const atUs = plan.openedByResults ? nowUs : window.endUs;
  const outOfOrdernessUs = plan.openedByResults ? 0 : plan.policy.outOfOrdernessUs;
  // What a source uploads after it was offline is later than usual, as it said.
  const isException = habit !== null && hasFired(habit) && atUs + habit.lagUs < awakeUs(draft, plan);
  type.habit = afterFiring(habit, { atUs, nowUs, outOfOrdernessUs, isException });
  if (habit && habit.toldAtUs !== null && type.habit !== habit) tellEnd(draft, plan, habit, 'FIRED');
}

/** Tells, once each, which types of the source should have fired and have not, and of which that does not hold any more. */
export function judgeSilence(draft: Draft): void {
  for (const plan of draft.plan.types) {
    const type = typeIn(draft, plan);
    type.habit ??= firstExpected(draft, type);
    const { habit } = type;
    if (!habit) continue;
    const byUs = expectedByUs(draft, type, habit);
    const isOverdue = byUs <= draft.nowUs;
    if (habit.toldAtUs !== null && !isOverdue) {
      type.habit = { ...habit, toldAtUs: null };
      tellEnd(draft, plan, habit, 'NOT_EXPECTED');
    }
    if (habit.toldAtUs === null && isOverdue && !draft.backlog && draft.silenceFromUs <= draft.nowUs) {
      type.habit = { ...habit, toldAtUs: draft.nowUs };
      draft.notices.push({
        kind: 'SILENCE',
        windowType: plan.ref,
        owner: plan.type.owner,
        atUs: draft.nowUs,
        sinceUs: habit.firedAtUs,
        expectedByUs: byUs,
        usualStepUs: habit.firings >= FIRINGS_NEEDED ? habit.stepUs : null,
      });
    }
  }
  for (const ref of goneSilent(draft))
    tellEnd(draft, { ref, type: { owner: NOBODY } }, draft.before.types.get(ref)!.habit!, 'NOT_EXPECTED');
}

/** The windows of a schedule that has begun are known before any of them has fired; those of a history are nobody's to wait for. */
function firstExpected(draft: Draft, { plan, scheduleToUs, windows }: TypeDraft): Habit | null {
  if (!hasSchedule(plan) || draft.key === GLOBAL_KEY || plan.role === 'member' || scheduleToUs === NEVER) return null;
  if (scheduleToUs + LIVE_WITHIN_US < draft.nowUs) return null;
  const first = windows.find(({ fired, withdrawn }) => !fired && !withdrawn);
  return expectedFrom(first?.startUs ?? scheduleToUs, draft.nowUs);
}

/** Types of which silence was told, and that are not for the source any more. */
export const goneSilent = ({ before, plan }: Draft): Ref[] =>
  [...before.types].flatMap(([ref, { habit }]) =>
    (habit?.toldAtUs ?? null) !== null && !plan.byRef.has(ref) ? [ref] : [],
  );

/** Processing time at which silence must be judged again; FOREVER: nothing is expected. */
export function silenceDueUs(draft: Draft): number {
  let dueUs = FOREVER;
  for (const plan of draft.plan.types) {
    const type = typeIn(draft, plan);
    if (!type.habit) continue;
    const byUs = expectedByUs(draft, type, type.habit);
    if (type.habit.toldAtUs !== null) dueUs = Math.min(dueUs, draft.nowUs + LOOK_AGAIN_US);
    else if (byUs > draft.nowUs) dueUs = Math.min(dueUs, byUs);
    else dueUs = Math.min(dueUs, Math.max(draft.silenceFromUs, draft.nowUs + ASK_AGAIN_US));
  }
  return dueUs;
}

/** Processing time by which the type should fire next; FOREVER: nobody knows, or nothing is expected of it. */
function expectedByUs(draft: Draft, type: TypeDraft, habit: Habit): number {
  const { plan } = type;
  const { silentAfterMs } = plan.policy;
  if (silentAfterMs === null || draft.life.toUs <= draft.nowUs) return FOREVER;
  if (!hasFired(habit)) return firstByUs(draft, plan, habit);
  const startUs = parentStartUs(draft, plan, habit);
  if (startUs === null) return FOREVER;
  const wokeUs = awakeUs(draft, plan);
  const lastUs = Math.max(habit.lastUs, startUs);
  if (silentAfterMs !== undefined) {
    const began = startUs > habit.lastUs ? startUs + plan.policy.outOfOrdernessUs + habit.lagUs : habit.firedAtUs;
    return Math.max(habit.firedAtUs, began, wokeUs) + silentAfterMs * US_PER_MS;
  }
  if (habit.firings < FIRINGS_NEEDED) return isLive(habit) ? byScheduleUs(draft, plan, habit) : FOREVER;
  const nextUs = nextEndUs(plan, lastUs) ?? lastUs + usualStepUs(habit);
  if (nextUs === FOREVER) return FOREVER;
  const outOfOrdernessUs = plan.openedByResults ? 0 : plan.policy.outOfOrdernessUs;
  return Math.max(
    nextUs + outOfOrdernessUs + usualDelayUs(habit),
    habit.firedAtUs + (nextUs - lastUs) + usualToleranceUs(habit),
    wokeUs + usualStepUs(habit) + usualToleranceUs(habit),
  );
}

/** A history that is read in one go shows nothing. */
const isLive = ({ firings, lagUs }: Habit): boolean => firings > 0 || lagUs <= LIVE_WITHIN_US;

/** Before the first window of a schedule has fired, nobody knows how far behind the clock its source is: as far as it may be by the policy, with slack. */
function firstByUs(draft: Draft, plan: TypePlan, { lastUs, firedAtUs }: Habit): number {
  const next = windowAfter(plan, lastUs);
  if (!next || !isMeantAt(plan, next.startUs)) return FOREVER;
  const { silentAfterMs, outOfOrdernessUs } = plan.policy;
  const patienceUs = silentAfterMs ? silentAfterMs * US_PER_MS : slackUs({ stepUs: next.endUs - next.startUs });
  return Math.max(next.endUs + outOfOrdernessUs, firedAtUs, awakeUs(draft, plan)) + patienceUs;
}

/** While steps are still learned, those of a schedule are known already; FOREVER: the type has none. */
function byScheduleUs(draft: Draft, plan: TypePlan, habit: Habit): number {
  const next = hasSchedule(plan) ? windowAfter(plan, habit.lastUs) : null;
  if (!next) return FOREVER;
  const slack = slackUs({ stepUs: next.endUs - next.startUs });
  const { outOfOrdernessUs } = plan.policy;
  return Math.max(
    next.endUs + outOfOrdernessUs + Math.max(usualDelayUs(habit), habit.lagUs + slack),
    habit.firedAtUs + (next.endUs - habit.lastUs) + slack,
    awakeUs(draft, plan) + (next.endUs - next.startUs) + slack,
  );
}

/** Every window of its schedule fires; steps of all other types are learned. */
const hasSchedule = ({ type: { open }, parent }: TypePlan): boolean => isScheduled(open) && !parent;

/** End of the schedule's window after this; null: the type has no schedule whose every window fires, its steps are learned. */
function nextEndUs(plan: TypePlan, lastUs: EpochUs): EpochUs | null {
  if (!hasSchedule(plan)) return null;
  return windowAfter(plan, lastUs)?.endUs ?? FOREVER;
}

/** A nested type fires only while a window of its parent is open. Null: none is; otherwise from when on it may fire. */
function parentStartUs(draft: Draft, { parent, type }: TypePlan, habit: Habit): EpochUs | null {
  if (!parent) return habit.lastUs;
  const leastUs = isGrid(type.open) ? habit.stepUs : 0;
  const open = typeIn(draft, parent).windows.filter(
    ({ fired, withdrawn, startUs, endUs }) =>
      !fired && !withdrawn && Math.max(habit.lastUs, startUs) + leastUs <= endUs,
  );
  return open.length === 0 ? null : Math.min(...open.map(({ startUs }) => startUs));
}

function tellEnd(
  draft: Draft,
  { ref, type }: { readonly ref: Ref; readonly type: { readonly owner: string } },
  { firedAtUs }: Habit,
  because: 'FIRED' | 'NOT_EXPECTED',
): void {
  draft.notices.push({
    kind: 'SILENCE_ENDED',
    windowType: ref,
    owner: type.owner,
    atUs: draft.nowUs,
    sinceUs: firedAtUs,
    because,
  });
}
