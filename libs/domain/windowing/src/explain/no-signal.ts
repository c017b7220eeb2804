import { nearMatch, type EpochUs } from '@windlass/dag';
import type { Draft, TypeDraft } from '../draft.ts';
import { elementsBetween, firstAtOrAfter } from '../element-log.ts';
import { FOREVER, NEVER } from '../time.ts';
import type { Absence } from './absence.ts';
import { say, type Sentence } from './sentence.ts';

/** Says what was read next before and after, as far as elements are remembered. */
export function noElement(
  { draft, type }: Pick<Absence, 'draft' | 'type'>,
  { fromUs, toUs }: { readonly fromUs: EpochUs; readonly toUs: EpochUs },
): Sentence[] {
  const { log, sealed } = draft;
  const { elements, ref } = type.plan;
  // Of older elements only the ids are kept, apart.
  const sealedUs = sealed.reduce((max, { toUs }) => Math.max(max, toUs), NEVER);
  const oldestUs = log.timesUs[0] ?? FOREVER;
  if (oldestUs > fromUs || sealedUs >= fromUs) return [];
  const counts = (index: number): boolean => elements.has(log.names[log.nameIndexes[index]!]!);
  for (const { name } of elementsBetween(log, fromUs, toUs)) if (elements.has(name)) return [];
  let before = firstAtOrAfter(log.timesUs, fromUs) - 1;
  while (before >= 0 && !counts(before)) before--;
  let after = firstAtOrAfter(log.timesUs, toUs);
  while (after < log.timesUs.length && !counts(after)) after++;
  return [
    say(
      'NO_SIGNAL_NEAR',
      'No {reads} came with an event time from {time:fromUs} to {time:toUs}; the one before is at {time:beforeUs}, the one after at {time:afterUs}.{unread}',
      {
        windowType: ref,
        reads: [...elements].join(' or '),
        fromUs,
        toUs,
        beforeUs: log.timesUs[before] ?? NEVER,
        afterUs: log.timesUs[after] ?? FOREVER,
        unread: unreadText(draft, type),
        todo: 'Look at what the sender published for that time, under which names.',
      },
    ),
  ];
}

const unreadText = ({ plan, noted }: Draft, { plan: { elements } }: TypeDraft): string => {
  const names = noted.unread.filter(({ name }) => plan.readersOf(name).length === 0).map(({ name }) => name);
  const shown = names.map((name) => `${name}${likeness(nearMatch(name, elements))}`);
  return names.length > 0 ? ` The source also sends what no window type reads: ${shown.join(', ')}.` : '';
};

const likeness = (name: string | undefined): string => (name === undefined ? '' : ` (meant to be ${name}?)`);
