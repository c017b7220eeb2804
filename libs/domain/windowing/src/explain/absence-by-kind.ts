import type { Opening } from '@windlass/dag';
import { firingWatermark } from '../draft.ts';
import { matchBoundaries, type Stretch } from '../start-stop.ts';
import { FOREVER, NEVER } from '../time.ts';
import { inGrid } from './absence-in-grid.ts';
import { inLife } from './absence-in-life.ts';
import { inSchedule } from './absence-in-schedule.ts';
import { notObserved } from './absence-observed.ts';
import type { Absence, OpeningOf } from './absence.ts';
import { noElement } from './no-signal.ts';
import { say, type Sentence } from './sentence.ts';

type Finders = { readonly [Kind in Opening['kind']]?: (absence: Absence, open: OpeningOf<Kind>) => Sentence[] };

/** What windows of this kind would have needed, and what there was. Empty: nothing that is remembered tells. */
export function absenceByKind(absence: Absence): Sentence[] {
  const { open } = absence.type.plan.type;
  const find = FINDERS[open.kind] as ((absence: Absence, open: Opening) => Sentence[]) | undefined;
  return find?.(absence, open) ?? [];
}

const FINDERS: Finders = {
  fixed: inGrid,
  sliding: inGrid,
  session: inSession,
  condition: notObserved,
  state: notObserved,
  count: notObserved,
  wholeLife: inLife,
  cron: inSchedule,
  calendar: inSchedule,
  startStop: betweenStartAndStop,
  point: aroundPoint,
  outcome: byOutcome,
  emission: byEmission,
};

/** A session holds its elements and the gap after the last. */
function inSession(absence: Absence, { gapUs }: OpeningOf<'session'>): Sentence[] {
  return noElement(absence, { fromUs: absence.timeUs - gapUs, toUs: absence.timeUs + 1 });
}

function betweenStartAndStop({ type, timeUs }: Absence, open: OpeningOf<'startStop'>): Sentence[] {
  const signals = type.boundaries.map(({ signal }) => signal);
  const about = { windowType: type.plan.ref, signal: open.signal };
  const { stretches, unmatched } = matchBoundaries(signals, open, type.spent);
  const stop = unmatched.find(({ eventTimeUs }) => eventTimeUs > timeUs);
  if (stop)
    return [
      say('STOP_WITHOUT_START', 'The STOP {signalId} at {time:stopUs} has no START before it{waits}.', {
        ...about,
        signalId: stop.id,
        stopUs: stop.eventTimeUs,
        waits: stop.eventTimeUs >= firingWatermark(type) ? '; it waits for one until the watermark has passed it' : '',
        todo: 'Send the START of {signal} with the same correlation.',
      }),
    ];
  const last = stretches.findLast(({ endUs }) => endUs <= timeUs);
  const next = stretches.find(({ startUs }) => startUs > timeUs);
  const found = [...(last ? [ended(last, about)] : []), ...(last ? [] : [noStart(about)])];
  return next
    ? [
        ...found,
        say('NEXT_START', 'The next START of {signal} is at {time:startUs}.', { ...about, startUs: next.startUs }),
      ]
    : found;
}

const noStart = (about: { readonly windowType: string; readonly signal: string }): Sentence =>
  say(
    'NO_START',
    'No START of {signal} before that time is remembered, and only a START opens a window of {windowType}.',
    {
      ...about,
      todo: 'Send signals named {signal} with phase START and STOP; a POINT opens nothing here.',
    },
  );

function ended(
  { start, stop, startUs, endUs }: Stretch,
  about: { readonly windowType: string; readonly signal: string },
): Sentence {
  const facts = { ...about, startUs, endUs, startId: start.id };
  return stop
    ? say('ENDED_BY_STOP', 'The window that began at {time:startUs} ended at {time:endUs}, by the STOP {stopId}.', {
        ...facts,
        stopId: stop.id,
        todo: 'A START after that opens the next.',
      })
    : say(
        'ENDED_BY_TIME',
        'The window that began at {time:startUs} ended at {time:endUs} without its STOP: by maxDuration, or by the next START.',
        {
          ...facts,
          todo: 'Send the STOP, or give {windowType} a longer maxDuration.',
        },
      );
}

function aroundPoint({ type, timeUs }: Absence, { signal, beforeUs, afterUs }: OpeningOf<'point'>): Sentence[] {
  const points = type.boundaries.map((boundary) => boundary.signal.eventTimeUs);
  return [
    say(
      'NO_POINT_NEAR',
      'No POINT {signal} from {time:fromUs} to {time:toUs} is remembered, which is what would open a window there; the one before is at {time:beforeUs}, the one after at {time:afterUs}.',
      {
        signal,
        windowType: type.plan.ref,
        fromUs: timeUs - afterUs,
        toUs: timeUs + beforeUs,
        beforeUs: points.findLast((at) => at <= timeUs) ?? NEVER,
        afterUs: points.find((at) => at > timeUs) ?? FOREVER,
        todo: 'Send it with phase POINT; START and STOP open nothing here.',
      },
    ),
  ];
}

function byOutcome({ type, timeUs }: Absence, { algorithm, when, once }: OpeningOf<'outcome'>): Sentence[] {
  const about = { algorithm, when, windowType: type.plan.ref };
  const lost = type.claims.filter(({ holds }) => !holds);
  const holding = type.claims.filter(({ holds }) => holds);
  const found: Sentence[] = [];
  const winner = once === 'parent' ? holding[0] : undefined;
  if (winner && winner.startUs > timeUs)
    found.push(
      say(
        'CLAIMED_LATER',
        'The earliest result of {algorithm} that meets {when} opens a window at {time:startUs}, after that time.',
        {
          ...about,
          startUs: winner.startUs,
          upstreamId: winner.upstreamId,
        },
      ),
    );
  if (lost.length > 0)
    found.push(
      say(
        'CLAIM_LOST',
        'The result of {algorithm} on window {upstreamId} met {when} once; its run {run} does not, or was withdrawn.',
        {
          ...about,
          upstreamId: lost[0]!.upstreamId,
          run: lost[0]!.run,
          todo: 'See its runs: GET /v1/windows/{upstreamId} of the result-collector.',
        },
      ),
    );
  if (holding.length === 0)
    found.push(
      say('CONDITION_NOT_MET', 'No result of {algorithm} on windows of this source that are remembered meets {when}.', {
        ...about,
        todo: 'See its results: GET /v1/results?algorithm={algorithm} of the result-collector.',
      }),
    );
  return found;
}

function byEmission({ type }: Absence): Sentence[] {
  return [
    say(
      'NOT_EMITTED',
      'A window of {windowType} opens only when an algorithm emits it or somebody asks for it, and nobody has for that time.',
      {
        windowType: type.plan.ref,
        todo: 'Look at the results of the algorithms that emit it, or write to the emissions topic.',
      },
    ),
  ];
}
