import { calendarDays, dateOf, dayOf, instantOf, wallClockAt, type EpochUs } from '@windlass/dag';
import { calendarSlot, type CalendarSlot } from '../calendar-slot.ts';
import { scheduledUntilUs, type Life } from '../life.ts';
import type { TypePlan } from '../plan.ts';
import { slotAt } from '../schedule-slots.ts';
import { ENDLESS, FOREVER, NEVER } from '../time.ts';
import type { OpeningOf } from './absence.ts';
import { say, type Sentence } from './sentence.ts';

/** Why a type has no window at a time, whatever the source sends: what is written down says so. Null: it may have one. */
export function absenceByDefinition(plan: TypePlan, life: Life, timeUs: EpochUs): Sentence | null {
  const { open } = plan.type;
  if (open.kind === 'wholeLife') return outsideOfLife(plan, life, timeUs);
  return (open.kind === 'calendar' ? outsideOfShifts(plan, open, timeUs) : null) ?? afterSchedule(plan, life, timeUs);
}

/** A schedule ends with the window in which the source ceases to be valid. */
function afterSchedule(plan: TypePlan, life: Life, timeUs: EpochUs): Sentence | null {
  const slot = slotAt(plan, timeUs);
  return slot && slot.startUs >= scheduledUntilUs(life, plan) ? outsideOfLife(plan, life, timeUs) : null;
}

function outsideOfLife({ ref }: TypePlan, { fromUs, toUs }: Life, timeUs: EpochUs): Sentence | null {
  const facts = {
    windowType: ref,
    fromUs,
    toUs,
    todo: 'Where that is wrong, declare the source anew: PUT /v1/sources.',
  };
  if (fromUs !== null && timeUs < fromUs)
    return say(
      'BEFORE_LIFE',
      'The source registry says that the source is valid from {time:fromUs} on (validFrom).',
      facts,
    );
  if (timeUs >= toUs && toUs !== ENDLESS)
    return say('AFTER_LIFE', 'The source registry says that the source is valid until {time:toUs} (validTo).', facts);
  return null;
}

function outsideOfShifts(plan: TypePlan, open: OpeningOf<'calendar'>, timeUs: EpochUs): Sentence | null {
  const slot = calendarSlot(open, timeUs);
  if (slot.shift) return null;
  return onHoliday(plan, open, timeUs) ?? betweenShifts(plan, open, slot);
}

/** What would lie there on a workday. */
function onHoliday({ ref }: TypePlan, open: OpeningOf<'calendar'>, timeUs: EpochUs): Sentence | null {
  const { on, onWorkday, reachDays } = calendarDays(open);
  const { day } = wallClockAt(open.zone, timeUs);
  for (let one = day; one >= day - reachDays; one--) {
    if (on(one).length > 0) continue;
    for (const { name, startSecond, endSecond } of onWorkday(one)) {
      const startUs = instantOf(open.zone, one, startSecond);
      const endUs = instantOf(open.zone, one, endSecond);
      if (startUs <= timeUs && timeUs < endUs)
        return say(
          'IS_HOLIDAY',
          '{date} is a holiday in the calendar of {windowType}; on another day {shift} would lie there, from {time:startUs} to {time:endUs}.',
          {
            windowType: ref,
            date: dateOf(one),
            shift: name,
            startUs,
            endUs,
            todo: 'If that day counts, take it out of holidays, or give it its own intervals under exceptions.',
          },
        );
    }
  }
  return null;
}

function betweenShifts({ ref }: TypePlan, open: OpeningOf<'calendar'>, { startUs, endUs }: CalendarSlot): Sentence {
  const before = startUs === NEVER ? null : calendarSlot(open, startUs - 1).shift;
  const after = endUs === FOREVER ? null : calendarSlot(open, endUs).shift;
  const facts = { windowType: ref, endedUs: startUs, beginsUs: endUs, zone: open.zone };
  if (before && after && before.name === after.name && before.date === after.date)
    return say(
      'IN_BREAK',
      'That is in a break of {shift} of {date}, from {time:endedUs} to {time:beginsUs}, and breaks cut its windows.',
      {
        ...facts,
        shift: after.name,
        date: after.date,
        todo: 'With breaks: within, a break lies in the one window of its interval.',
      },
    );
  const ended = before ? '{before} ended at {time:endedUs}' : 'nothing lies before that';
  const begins = after ? '{after} begins at {time:beginsUs}' : 'nothing lies after that';
  return say(
    'BETWEEN_SHIFTS',
    `Nothing lies there in the calendar of {windowType}: ${ended}, and ${begins}.${exceptionOn(open, startUs, endUs)}`,
    {
      ...facts,
      before: before?.name ?? null,
      after: after?.name ?? null,
      todo: 'Give the calendar an interval there, if there should be one.',
    },
  );
}

/** A day that is not as usual may be why. */
function exceptionOn({ zone, exceptions }: OpeningOf<'calendar'>, startUs: EpochUs, endUs: EpochUs): string {
  const near = exceptions.find(({ date }) => {
    const day = dayOf(date);
    return instantOf(zone, day, 0) < endUs && startUs < instantOf(zone, day + 1, 0);
  });
  return near ? ` ${near.date} has intervals of its own (exceptions).` : '';
}
