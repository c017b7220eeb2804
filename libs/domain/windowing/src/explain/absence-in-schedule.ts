import { SCHEDULE_LIMIT } from '../catch-up.ts';
import { missingMetadata } from '../metadata.ts';
import { NEVER } from '../time.ts';
import { inGrid } from './absence-in-grid.ts';
import type { Absence } from './absence.ts';
import { say, type Sentence } from './sentence.ts';

/** Windows of a schedule exist from the first element on, as far as it has come, but for those that catch-up skips. */
export function inSchedule(absence: Absence): Sentence[] {
  const { type, timeUs } = absence;
  const { plan, scheduleFromUs, scheduleToUs } = type;
  if (plan.parent) return inGrid(absence);
  const missing = missingMetadata(plan, {});
  if (missing)
    return [
      say('SCHEDULE_LACKS_METADATA', 'Nothing opens a window of a schedule that could bring metadata: {message}', {
        message: missing,
        todo: 'Make the field optional.',
      }),
    ];
  if (scheduleFromUs === NEVER)
    return [
      say(
        'SCHEDULE_NOT_BEGUN',
        plan.role === 'group'
          ? 'The schedule of {windowType} begins with what the first member has counted, or where all members have come to.'
          : 'The schedule of {windowType} begins with the first element of the source, and none has come.',
        {
          windowType: plan.ref,
          todo: 'Send {reads}.',
          reads: [...plan.elements].join(' or ') || 'a signal',
        },
      ),
    ];
  if (timeUs < scheduleFromUs)
    return [
      say(
        'BEFORE_SCHEDULE',
        'The schedule of {windowType} begins at {time:scheduleFromUs}, where the first element fell.',
        {
          windowType: plan.ref,
          scheduleFromUs,
        },
      ),
    ];
  if (timeUs < scheduleToUs) return skipped(absence);
  return [
    say(
      'SCHEDULE_NOT_REACHED',
      'The schedule of {windowType} has come to {time:scheduleToUs}; it goes on with later elements.',
      {
        windowType: plan.ref,
        scheduleToUs,
        todo: 'Wait, or send a WATERMARK signal.',
      },
    ),
  ];
}

/** Which windows were skipped is told when they are, and not remembered: that is what is left where the journal knows no window. */
function skipped({ type: { plan } }: Absence): Sentence[] {
  const { catchUp } = plan.policy;
  if (!catchUp || (catchUp.windows === 'all' && catchUp.limit >= SCHEDULE_LIMIT)) return [];
  const { windows, limit } = catchUp;
  return [
    say(
      'SKIPPED_BY_CATCH_UP',
      `The schedule of {windowType} is past that time, and the journal knows of no window there: of windows that were missed, ${CAUGHT_UP[windows]} (catchUp).`,
      {
        windowType: plan.ref,
        windows,
        limit,
        todo: 'If all should be caught up on: windows: all under catchUp in the policy of {windowType}. If it is longer ago than the journal reaches, ask the result-collector.',
      },
    ),
  ];
}

const CAUGHT_UP = {
  all: 'the newest {limit} at most are caught up on',
  last: 'the last one is caught up on',
  none: 'none is caught up on',
} as const;
