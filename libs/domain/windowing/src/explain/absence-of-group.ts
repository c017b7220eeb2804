import { isScheduled, type EpochUs } from '@windlass/dag';
import { slotAt } from '../schedule-slots.ts';
import { spansAt } from '../span.ts';
import { NEVER } from '../time.ts';
import { inSchedule } from './absence-in-schedule.ts';
import type { Absence } from './absence.ts';
import { groupUnheard, membersBehind } from './members-behind.ts';
import { say, type Sentence } from './sentence.ts';

/** Why a group has no window there: its members tell it what they have counted once they are past the end. */
export function ofGroup(absence: Absence): Sentence[] {
  const { draft, type, timeUs } = absence;
  const { plan, heardSinceUs } = type;
  if (plan.members().size === 0 || heardSinceUs === NEVER) return [groupUnheard(draft.key, plan)];
  const untilUs = endAfter(absence, timeUs);
  const { told, names } = membersBehind(draft, type, { untilUs, holds: 'firing' });
  const schedule = isScheduled(plan.type.open) ? inSchedule(absence) : [];
  const about = { group: draft.key, windowType: plan.ref, untilUs, timeUs };
  if (names !== '')
    return [
      say(
        'WAITS_FOR_MEMBERS',
        'There is none yet: members tell what they have counted when they are past its end, {time:untilUs}, and {members} may still count something there.',
        { ...about, members: names },
      ),
      ...told,
      ...schedule,
    ];
  if (isScheduled(plan.type.open)) return [...schedule, ...told];
  return [
    say(
      'NO_MEMBER_COUNTED',
      'All members of {group} that it waits for are past {time:untilUs}, and none has counted anything there.',
      { ...about, todo: 'Look at what they sent for that time.' },
    ),
    ...told,
  ];
}

/** Where the first window ends that would hold the time. */
function endAfter({ type: { plan } }: Absence, timeUs: EpochUs): EpochUs {
  const ends = isScheduled(plan.type.open)
    ? [slotAt(plan, timeUs)?.endUs ?? timeUs + 1]
    : spansAt(plan, null, timeUs).map(({ endUs }) => endUs);
  return Math.min(...ends);
}
