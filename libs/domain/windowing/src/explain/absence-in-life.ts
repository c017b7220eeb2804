import type { Absence } from './absence.ts';
import { noElement } from './no-signal.ts';
import { say, type Sentence } from './sentence.ts';

/** One window, which its first element opens: there, or in the time for which the source is valid. */
export function inLife({ draft, type, timeUs, parents }: Absence): Sentence[] {
  const { plan, windows } = type;
  const { fromUs, toUs } = draft.life;
  if (plan.parent)
    return parents.flatMap((parent) => noElement({ draft, type }, { fromUs: parent.startUs, toUs: parent.endUs }));
  const reads = [...plan.elements].join(' or ');
  const about = { windowType: plan.ref, reads };
  const first = windows.find(({ withdrawn }) => !withdrawn);
  if (fromUs === null && first && timeUs < first.startUs)
    return [
      say(
        'LIFE_BEGINS_LATER',
        'The window of {windowType} begins with the first {reads} of the source, at {time:startUs}.',
        {
          ...about,
          startUs: first.startUs,
          todo: 'Send what there is of before; it moves the start as long as it comes within allowedLateness.',
        },
      ),
    ];
  if (first) return [];
  return [
    say(
      'LIFE_NOT_BEGUN',
      fromUs === null
        ? 'The window of {windowType} begins with the first {reads} of the source, and none has come.'
        : 'The source is valid from {time:fromUs} to {time:toUs}, and no {reads} of that time has come in time.',
      { ...about, ...(fromUs === null ? {} : { fromUs, toUs }), todo: 'Send {reads}.' },
    ),
  ];
}
