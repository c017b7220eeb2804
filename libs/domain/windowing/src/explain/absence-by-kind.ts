import { nearMatch, type EpochUs, type Opening } from '@windlass/dag';
import { firingWatermark, type Draft, type TypeDraft } from '../draft.ts';
import { elementsBetween, firstAtOrAfter } from '../element-log.ts';
import { missingMetadata } from '../metadata.ts';
import { spansAt } from '../span.ts';
import { matchBoundaries, type Stretch } from '../start-stop.ts';
import { FOREVER, NEVER } from '../time.ts';
import { say, type Sentence } from './sentence.ts';

interface Absence {
  readonly draft: Draft;
  readonly type: TypeDraft;
  readonly timeUs: EpochUs;
  /** Windows of the parent type at that time, also those that are over; empty where the type has none. */
  readonly parents: readonly Bounds[];
}

interface Bounds {
  readonly startUs: EpochUs;
  readonly endUs: EpochUs;
}

type Of<Kind extends Opening['kind']> = Extract<Opening, { kind: Kind }>;
type Finders = { readonly [Kind in Opening['kind']]?: (absence: Absence, open: Of<Kind>) => Sentence[] };

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
  cron: inSchedule,
  startStop: betweenStartAndStop,
  point: aroundPoint,
  outcome: byOutcome,
  emission: byEmission,
};

function inGrid(absence: Absence): Sentence[] {
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

/** Says what was read next before and after, as far as elements are remembered. */
function noElement(
  { draft, type }: Absence,
  { fromUs, toUs }: { readonly fromUs: EpochUs; readonly toUs: EpochUs },
): Sentence[] {
  const { log } = draft;
  const { elements, ref } = type.plan;
  const oldestUs = log.timesUs[0] ?? FOREVER;
  if (oldestUs > fromUs) return [];
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

/** A session holds its elements and the gap after the last. */
function inSession(absence: Absence, { gapUs }: Of<'session'>): Sentence[] {
  return noElement(absence, { fromUs: absence.timeUs - gapUs, toUs: absence.timeUs + 1 });
}

function inSchedule(absence: Absence): Sentence[] {
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

function betweenStartAndStop({ type, timeUs }: Absence, open: Of<'startStop'>): Sentence[] {
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

function aroundPoint({ type, timeUs }: Absence, { signal, beforeUs, afterUs }: Of<'point'>): Sentence[] {
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

function byOutcome({ type, timeUs }: Absence, { algorithm, when, once }: Of<'outcome'>): Sentence[] {
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
