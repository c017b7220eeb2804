import { isObserved, type EpochUs, type ObservedOpening } from '@windlass/dag';
import { firingWatermark } from '../draft.ts';
import { elementsBetween } from '../element-log.ts';
import type { Observation } from '../runs.ts';
import type { Absence } from './absence.ts';
import { unjudged } from './unjudged.ts';
import { noElement } from './no-signal.ts';
import { say, type Facts, type Sentence } from './sentence.ts';
import { ANYWHERE, toldRuns, type ToldRun, type ToldRuns } from './told-runs.ts';

/** Why no stretch of what signals told holds that time. */
export function notObserved(absence: Absence): Sentence[] {
  const { draft, type, timeUs } = absence;
  const { plan, observed } = type;
  const { open } = plan.type;
  if (!isObserved(open)) return [];
  const within = plan.parent ? absence.parents[0] : ANYWHERE;
  if (!within) return [];
  const told = toldRuns(open, observed, { within, watermarkUs: firingWatermark(type) });
  if (timeUs < told.fromUs) return beforeWhatIsRemembered(absence, open, told.fromUs);
  const before = told.observations.findLast((one) => one.timeUs <= timeUs) ?? null;
  const after = told.observations.find((one) => one.timeUs > timeUs) ?? null;
  const between = { fromUs: Math.max(before?.timeUs ?? within.startUs, told.fromUs), toUs: timeUs + 1 };
  const about = { ...factsOf(open), windowType: plan.ref };
  return [
    ...unjudged(draft, type, open, between),
    ...byRuns(open, told, { timeUs, about }),
    ...byLast(open, before, { timeUs, about, told }),
    ...(after && told.runs.some(({ startUs }) => startUs === after.timeUs)
      ? [say('NEXT_OPENS', 'The next one that opens is at {time:startUs}.', { ...about, startUs: after.timeUs })]
      : []),
  ];
}

/** For sentences: the expressions, and what is looked at. */
export function factsOf(open: ObservedOpening): Facts {
  switch (open.kind) {
    case 'condition':
      return { signal: open.signal, expression: open.from, closing: open.to };
    case 'state':
      return { signal: open.signal, expression: open.of };
    case 'count':
      return { size: open.size };
    default:
      return open satisfies never;
  }
}

interface Asked {
  readonly timeUs: EpochUs;
  readonly about: Facts;
}

/** The stretch that holds the time, though it makes no window; or else the last before it. */
function byRuns(open: ObservedOpening, { runs }: ToldRuns, { timeUs, about }: Asked): Sentence[] {
  const run = runs.findLast(({ startUs }) => startUs <= timeUs);
  if (!run) return [];
  const { startUs, endUs, mark } = run;
  const facts = { ...about, startUs, endUs, mark, heldUs: endUs - startUs };
  if (endUs > timeUs) return holds(open, run, facts);
  return [ended(open, run, facts)];
}

/** `It` of a sentence: what a stretch is of. */
const subject = (open: ObservedOpening): string =>
  open.kind === 'state' ? '{expression} was {mark}' : '{expression} held';

function holds(open: ObservedOpening, { endedBy }: ToldRun, facts: Facts): Sentence[] {
  const minDurationUs = open.kind === 'count' ? 0 : open.minDurationUs;
  if (endedBy === null)
    return minDurationUs === 0
      ? []
      : [
          say(
            'NOT_LONG_ENOUGH_YET',
            `${subject(open)} from {time:startUs} on; that makes a window once it has for {span:minDurationUs} (minDuration), at {time:dueUs} by the watermark.`,
            {
              ...facts,
              minDurationUs,
              dueUs: Number(facts['startUs']) + minDurationUs,
              todo: 'Wait, or send {signal} of that time or later, or a WATERMARK signal.',
            },
          ),
        ];
  if (Number(facts['heldUs']) >= minDurationUs)
    return [
      say(
        'STRETCH_WITHOUT_WINDOW',
        `${open.kind === 'count' ? 'Samples came' : subject(open)} from {time:startUs} to {time:endUs}, and no window was opened of it: those times were final already, or it lacked metadata.`,
        { ...facts, todo: 'Look at the required metadata of {windowType}, and at its allowedLateness.' },
      ),
    ];
  return [
    say(
      'HELD_TOO_SHORT',
      `${subject(open)} from {time:startUs} to {time:endUs}: for {span:heldUs}, and only what lasts {span:minDurationUs} (minDuration) makes a window.`,
      { ...facts, minDurationUs, todo: 'Where shorter ones count, give {windowType} a shorter minDuration.' },
    ),
  ];
}

function ended(open: ObservedOpening, { endedBy }: ToldRun, facts: Facts): Sentence {
  if (open.kind === 'count')
    return endedBy === 'duration'
      ? say(
          'ENDED_BY_DURATION',
          'The samples before began at {time:startUs} and ended at {time:endUs} with {mark} of {size}, by maxDuration.',
          { ...facts, todo: 'The next sample opens the next window.' },
        )
      : say(
          'ENDED_BY_COUNT',
          'The samples before, from {time:startUs} on, were {size} at {time:endUs}: the next sample opens the next window.',
          facts,
        );
  const began = `${subject(open)} from {time:startUs} to {time:endUs}`;
  switch (endedBy) {
    case 'gap':
      return say('ENDED_BY_GAP', `${began}: then nothing came for {span:maxGapUs} (maxGap), which ended it.`, {
        ...facts,
        maxGapUs: open.maxGapUs,
        todo: 'Where silence says nothing, leave maxGap out of {windowType}; otherwise look at what the sender published.',
      });
    case 'duration':
      return say('ENDED_BY_DURATION', `${began}, where maxDuration ({span:maxDurationUs}) ended it.`, {
        ...facts,
        maxDurationUs: open.maxDurationUs,
        todo: 'The next {signal} that opens is the start of another.',
      });
    case 'signal':
    case 'break':
    case null:
      return say('ENDED_BY_SIGNAL', `${began}, where ${closing(open)} ended it.`, facts);
    default:
      return endedBy satisfies never;
  }
}

const closing = (open: ObservedOpening): string => {
  if (open.kind === 'condition' && open.to !== null) return 'a {signal} that meets {closing}';
  return open.kind === 'state' ? 'another value' : 'a {signal} that does not meet it';
};

/** What the last signal before the time told, or that none did. */
function byLast(
  open: ObservedOpening,
  before: Observation | null,
  { timeUs, about, told }: Asked & { readonly told: ToldRuns },
): Sentence[] {
  if (!before) return told.runs.some(({ startUs }) => startUs <= timeUs) ? [] : [nothingBefore(open, about)];
  const endedIt = told.runs.some(({ endedBy, endUs }) => endedBy === 'signal' && endUs === before.timeUs);
  if (open.kind !== 'condition' || before.mark === 1 || endedIt) return [];
  const facts = { ...about, lastUs: before.timeUs, todo: 'Look at the values of {signal} from then on.' };
  if (open.to === null)
    return [
      say('LAST_DID_NOT_HOLD', 'The last {signal} before, at {time:lastUs}, did not meet {expression}.', {
        ...facts,
        mark: before.mark,
      }),
    ];
  return [
    say(
      'LAST_DID_NOT_HOLD',
      before.mark === 0
        ? 'The last {signal} before, at {time:lastUs}, met neither {expression}, which opens, nor {closing}, which closes.'
        : 'The last {signal} before, at {time:lastUs}, met {closing}, which closes.',
      { ...facts, mark: before.mark },
    ),
  ];
}

const nothingBefore = (open: ObservedOpening, about: Facts): Sentence =>
  open.kind === 'count'
    ? say('NOTHING_JUDGED', 'No sample before that time is remembered that opened a window of {windowType}.', about)
    : say('NOTHING_JUDGED', 'No {signal} before that time is remembered on which {expression} could be judged.', {
        ...about,
        todo: 'Send {signal} with what the expression names.',
      });

/** What each signal told is in sums only: the journal knows the window before, the log that signals came. */
function beforeWhatIsRemembered(absence: Absence, open: ObservedOpening, fromUs: EpochUs): Sentence[] {
  const { draft, type, timeUs } = absence;
  const about = { ...factsOf(open), windowType: type.plan.ref };
  const ends = absence.histories.flatMap(({ windowId, entries }) => {
    const { endUs, event } = entries.at(-1)!;
    return endUs <= timeUs && event.kind !== 'withdrawn' ? [{ windowId, endUs }] : [];
  });
  const last = ends.reduce((max, one) => (max && max.endUs >= one.endUs ? max : one), ends[0]);
  const marginUs = type.plan.policy.outOfOrdernessUs + 1;
  const none = noElement(absence, { fromUs: timeUs - marginUs, toUs: timeUs + marginUs });
  const around = [...elementsBetween(draft.log, last?.endUs ?? timeUs - marginUs, timeUs + marginUs)];
  const came = around.findLast(({ name }) =>
    open.kind === 'count' ? type.plan.elements.has(name) : name === open.signal,
  );
  return [
    ...(last
      ? [
          say('WINDOW_BEFORE', 'The window before, {windowId}, ended at {time:endUs}.', {
            ...about,
            ...last,
            todo: 'windlass explain window {windowId}',
          }),
        ]
      : []),
    ...none,
    say(
      'SIGNALS_FOLDED',
      came
        ? 'A {name} came at {time:cameUs}; what it told is not remembered one by one any more (only from {time:fromUs} on).'
        : 'What each signal told is remembered one by one only from {time:fromUs} on.',
      {
        ...about,
        fromUs,
        ...(came ? { name: came.name, cameUs: came.timeUs } : {}),
        todo: 'Look at the values on the signals topic for that time; with a longer allowedLateness they are remembered for longer.',
      },
    ),
  ];
}
