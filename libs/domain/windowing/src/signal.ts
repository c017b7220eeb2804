import { isOpenedBySignals, isScheduled } from '@windlass/dag';
import { noteDropped, noteElement } from './dial/sighting.ts';
import { fireEarlyByCount } from './fire.ts';
import { reject, typeIn, type Draft, type TypeDraft } from './draft.ts';
import { appendToLog } from './element-log.ts';
import { hash53 } from './hash53.ts';
import type { Signal } from './input.ts';
import { noteReusedId, noteUnread } from './journal.ts';
import { keep } from './kept.ts';
import { OFFLINE_SIGNAL, onOffline } from './offline.ts';
import { countOutOfOrder } from './regress.ts';
import { finalUpToUs, place, type Element } from './placement.ts';
import { onBoundary } from './boundaries.ts';
import { onObservation } from './observed-windows.ts';
import type { TypePlan } from './plan.ts';
import { knownAt } from './sealed-ids.ts';
import { extendSchedule } from './schedule.ts';
import { advance } from './watermark.ts';
import { shifted } from './time.ts';
import { refuseAhead, tooFarAheadFor } from './too-far-ahead.ts';
import { containing } from './windows.ts';

/** A signal of a source: an element of windows, a START or STOP of windows, or both for different types. */
export function onSignal(draft: Draft, signal: Signal): void {
  const readers = draft.plan.readersOf(signal.name);
  const isOfItself = signal.name === OFFLINE_SIGNAL;
  const ahead = tooFarAheadFor(draft, signal, isOfItself ? draft.plan.types : readers);
  if (isOfItself && ahead.length === 0) onOffline(draft, signal);
  const refused = signal.cause === null && draft.plan.checkChannels?.(signal, () => (draft.counts.undeclared += 1));
  if (refused) return reject(draft, { to: 'dlq', ...refused, windowTypes: [] });
  if (ahead.length > 0) refuseAhead(draft, signal, ahead);
  if (readers.length === 0 && !isOfItself) {
    draft.counts.unread += 1;
    noteUnread(draft, signal);
  }
  const timely = ahead.length === 0 ? readers : readers.filter((plan) => !ahead.includes(plan));
  if (timely.length === 0) return;

  const { duplicates } = draft.counts;
  const highestUs = draft.maxEventUs;
  draft.maxEventUs = Math.max(highestUs, signal.eventTimeUs);
  if (signal.eventTimeUs < draft.noted.minEventUs) draft.noted = { ...draft.noted, minEventUs: signal.eventTimeUs };
  const late = new Set([...applyOpener(draft, signal, timely), ...applyElement(draft, signal, timely)]);
  if (draft.counts.duplicates === duplicates) countOutOfOrder(draft, signal.eventTimeUs, highestUs);
  if (late.size > 0) tellLate(draft, signal, [...late]);
  for (const plan of timely) {
    const type = typeIn(draft, plan);
    type.frontUs = Math.max(type.frontUs, signal.eventTimeUs);
    advance(draft, type, shifted(signal.eventTimeUs, -plan.policy.outOfOrdernessUs));
  }
}

const isBoundaryOf = ({ type: { open } }: TypePlan, { name, phase }: Signal): boolean =>
  isOpenedBySignals(open) && open.signal === name && (open.kind === 'point') === (phase === 'POINT');

/** As what opens, closes or bounds windows. @returns the types for which it came too late. */
function applyOpener(draft: Draft, signal: Signal, plans: readonly TypePlan[]): TypePlan[] {
  return plans.filter((plan) => {
    const apply = isBoundaryOf(plan, signal) ? onBoundary : plan.observes(signal.name) ? onObservation : null;
    if (!apply) return false;
    const outcome = apply(draft, typeIn(draft, plan), signal);
    if (outcome === 'duplicate' && !plan.elements.has(signal.name)) draft.counts.duplicates += 1;
    return outcome === 'late';
  });
}

/** @returns the types for which it came too late. */
function applyElement(draft: Draft, signal: Signal, readers: readonly TypePlan[]): TypePlan[] {
  const plans = readers.filter((plan) => plan.elements.has(signal.name));
  if (plans.length === 0) return [];
  const hash = hash53(signal.id);
  const knownUs = knownAt(draft, hash, signal.eventTimeUs);
  if (knownUs !== undefined) {
    draft.counts.duplicates += 1;
    noteReusedId(draft, signal, { knownUs, windowTypes: plans.map(({ ref }) => ref) });
    return [];
  }
  const { eventTimeUs: timeUs, name, count, metadata } = signal;
  const element: Element = { timeUs, name, count, hash, metadata };
  const late: TypePlan[] = [];
  const taken: TypePlan[] = [];
  for (const plan of plans) {
    const type = typeIn(draft, plan);
    if (isScheduled(plan.type.open)) extendSchedule(draft, type, timeUs);
    noteElement(draft, type, timeUs);
    const placement = place(draft, plan, element);
    if (placement === 'late') {
      late.push(plan);
      noteDropped(draft, type);
    }
    if (placement !== 'late' && placement !== 'refused') taken.push(plan);
    if (placement === 'outside') draft.counts.unassigned += 1;
  }
  if (taken.length === 0) return late;
  appendToLog(draft.log, element);
  if (taken.some((plan) => plan.type.keepSignals)) keep(draft, signal);
  for (const plan of taken) if (plan.policy.early?.count !== undefined) fireEarly(draft, typeIn(draft, plan), timeUs);
  return late;
}

function fireEarly(draft: Draft, type: TypeDraft, timeUs: number): void {
  for (const window of containing(type, timeUs)) fireEarlyByCount(draft, type, window);
}

function tellLate(draft: Draft, { eventTimeUs }: Signal, late: readonly TypePlan[]): void {
  draft.counts.late += 1;
  const lateFor = late.map((plan) => ({ windowType: plan.ref, finalUpToUs: finalUpToUs(draft, plan, eventTimeUs) }));
  const floors = lateFor.map(({ windowType, finalUpToUs }) => `${windowType} is final up to ${finalUpToUs} µs`);
  reject(draft, {
    to: 'late',
    code: 'LATE',
    windowTypes: late.map(({ ref }) => ref),
    message: `Event time ${eventTimeUs} µs came after the allowed lateness: ${floors.join(', ')}.`,
    late: { eventTimeUs, lateFor },
  });
}
