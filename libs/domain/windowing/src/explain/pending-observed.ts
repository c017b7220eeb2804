import { formatDurationUs, isObserved, type ObservedOpening } from '@windlass/dag';
import { firingWatermark, typeIn, type Draft, type TypeDraft } from '../draft.ts';
import type { RunFold } from '../runs.ts';
import { NEVER } from '../time.ts';
import { windowById } from '../windows.ts';
import { factsOf } from './absence-observed.ts';
import { say, type Facts, type Sentence } from './sentence.ts';
import { ANYWHERE, toldRuns } from './told-runs.ts';
import type { Window } from '../window.ts';

/** What would end a stretch of signals that is still open; empty: its end is settled. */
export function openStretch(draft: Draft, type: TypeDraft, window: Window): Sentence[] {
  const { plan, observed } = type;
  const { open } = plan.type;
  if (!isObserved(open)) return [];
  const within = plan.parent ? windowById(typeIn(draft, plan.parent), window.parentId ?? '') : ANYWHERE;
  if (!within) return [];
  const watermarkUs = firingWatermark(type);
  const { last } = toldRuns(open, observed, { within, watermarkUs });
  if (last.startUs !== window.startUs) return [];
  const { endUs } = window;
  const facts = {
    ...factsOf(open),
    windowType: plan.ref,
    startUs: last.startUs,
    lastUs: last.lastUs,
    endUs,
    mark: last.mark,
  };
  if (open.kind === 'count') return [soFar(facts, open)];
  if (open.kind === 'condition' && last.brokenUs !== NEVER) return [broken(open, last, facts)];
  return [stillOpen(open, facts)];
}

const soFar = (facts: Facts, { maxDurationUs }: { readonly maxDurationUs: number }): Sentence =>
  say(
    'COUNT_SO_FAR',
    'It has {mark} of {size} samples: it ends with the sample that makes them {size}, or at {time:endUs} with fewer (maxDuration {span:maxDurationUs}).',
    {
      ...facts,
      maxDurationUs,
      todo: 'Send the samples that are missing, or a WATERMARK signal at {time:endUs} or later.',
    },
  );

function broken(open: Extract<ObservedOpening, { kind: 'condition' }>, { brokenUs }: RunFold, facts: Facts): Sentence {
  const { minBreakUs } = open;
  return say(
    'BREAK_UNDECIDED',
    '{expression} has not held since {time:brokenUs}: if it does not hold again before {time:decidedUs} (minBreak {span:minBreakUs}), it ends at {time:brokenUs}.',
    {
      ...facts,
      brokenUs,
      minBreakUs,
      decidedUs: brokenUs + minBreakUs,
      todo: 'Wait for a watermark of {time:decidedUs}, or send a WATERMARK signal at that time.',
    },
  );
}

function stillOpen(open: Exclude<ObservedOpening, { kind: 'count' }>, facts: Facts): Sentence {
  const { maxDurationUs, maxGapUs } = open;
  const isGap = maxGapUs !== null && Number(facts['endUs']) === Number(facts['lastUs']) + maxGapUs;
  const why = isGap
    ? `if no {signal} comes (maxGap ${formatDurationUs(maxGapUs)})`
    : `at the latest (maxDuration ${formatDurationUs(maxDurationUs)})`;
  const still = open.kind === 'state' ? '{expression} was {mark} still' : 'Nothing had ended it';
  const ends = {
    state: 'that is different',
    condition: open.kind === 'condition' && open.to !== null ? '{closing} holds' : '{expression} does not hold',
  }[open.kind];
  return say(
    'STILL_OPEN',
    `${still} at {time:lastUs}, when the last {signal} came: it ends with the first for which ${ends}, or at {time:endUs} ${why}.`,
    { ...facts, maxDurationUs, maxGapUs },
  );
}
