import { missingMetadata } from '../metadata.ts';
import { NEVER } from '../time.ts';
import { inGrid } from './absence-in-grid.ts';
import type { Absence } from './absence.ts';
import { say, type Sentence } from './sentence.ts';

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
        'The schedule of {windowType} begins with the first element of the source, and none has come.',
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
  if (timeUs < scheduleToUs) return [];
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
