import { spansAt } from '../span.ts';
import type { Absence } from './absence.ts';
import { noElement } from './no-signal.ts';
import { say, type Sentence } from './sentence.ts';

/** Windows that a grid, or a schedule within a parent, lays out exist where elements fall into them. */
export function inGrid(absence: Absence): Sentence[] {
  const { type, timeUs } = absence;
  const { plan } = type;
  const parents = plan.parent ? absence.parents : [null];
  if (parents.length === 0) return [];
  const spans = parents.flatMap((parent) => spansAt(plan, parent, timeUs));
  if (spans.length > 0)
    return noElement(absence, {
      fromUs: Math.min(...spans.map(({ startUs }) => startUs)),
      toUs: Math.max(...spans.map(({ endUs }) => endUs)),
    });
  return [
    say(
      'LEFT_OUT',
      'The parent window ends before a whole window fits in there, and {windowType} leaves such a part out (partial).',
      {
        windowType: plan.ref,
        todo: 'With partial keep, the part is a window of its own.',
      },
    ),
  ];
}
