import { isObserved, isScheduled, scopeOf, type Opening } from '@windlass/dag';
import { NEVER } from '../time.ts';
import type { WindowEvent } from '../journal.ts';
import { byCause } from './cause.ts';
import type { TimedEntry } from './explanation.ts';
import { say, type Sentence } from './sentence.ts';

/** What the journal tells of a window, a sentence for each entry. `open`: of its type; null: that is not known. */
export const timelineOf = (entries: readonly TimedEntry[], open: Opening | null): Sentence[] =>
  entries.map((entry) => told({ ...entry, isOfGroup: open !== null && scopeOf(open) === 'group' }, open));

/** `isOfGroup`: what happens to windows of groups comes of what members tell. */
type Entry = TimedEntry & { readonly isOfGroup: boolean };

/** A reason that `withdraw` gives to a session which has become part of an earlier one. */
const MERGED = 'part of a session that starts before it';

function told(entry: Entry, open: Opening | null): Sentence {
  const { event } = entry;
  switch (event.kind) {
    case 'opened':
      return opened(entry, event, open);
    case 'fired':
      return fired(entry, event);
    case 'moved':
      return withCause(entry, 'MOVED', 'Its end moved from {time:beforeUs} to {time:endUs}, by {by}.', {
        beforeUs: event.beforeUs,
      });
    case 'withdrawn':
      return withdrawn(entry, event);
    case 'revived':
      return withCause(entry, 'REVIVED', 'It holds again, by {by}: its revisions go on.', {});
    case 'finalized':
      return withCause(
        entry,
        'FINALIZED',
        'It became final: times up to {time:floorUs} (the watermark minus the allowed lateness) are, by {by}.',
        { floorUs: event.floorUs },
      );
    default:
      return event satisfies never;
  }
}

type Told<Kind extends WindowEvent['kind']> = Extract<WindowEvent, { kind: Kind }>;

function opened(
  entry: Entry,
  { openedBy, lateBorn, dagRevision, policyRevision }: Told<'opened'>,
  open: Opening | null,
): Sentence {
  const late = lateBorn ? ' The watermark had passed its end already, so its first pane is LATE.' : '';
  const facts = { startUs: entry.startUs, dagRevision, policyRevision };
  const under = ' (DAG revision {dagRevision}, policy {policyRevision})';
  if (openedBy)
    return withCause(entry, 'OPENED_BY_RESULT', `Opened by the result of {algorithm} on window {upstreamId}${under}.`, {
      ...facts,
      algorithm: openedBy.algorithm,
      upstreamId: openedBy.windowId,
    });
  const { cause } = entry;
  if (open && isObserved(open) && isAfter(entry))
    return withCause(
      entry,
      'OPENED_LONG_ENOUGH',
      `Opened once it had lasted for long enough (minDuration), which {by} told${under}.${late}`,
      facts,
    );
  const isSchedule = cause.kind === 'batch' && open !== null && isScheduled(open);
  if (isSchedule || (cause.kind === 'signal' && cause.cause !== null))
    return withCause(
      entry,
      'OPENED_BY_SCHEDULE',
      `Opened by its schedule, which went on by {by}${under}.${late}`,
      facts,
    );
  const isInside = cause.kind === 'signal' && cause.eventTimeUs >= entry.startUs && cause.eventTimeUs < entry.endUs;
  return isInside || cause.kind === 'emission' || cause.kind === 'report'
    ? withCause(entry, 'OPENED', `Opened by {by}${under}.${late}`, facts)
    : withCause(entry, 'OPENED_WHEN', `Opened when {by} made place for it${under}.${late}`, facts);
}

/** It was no element that opened it, but that time went on. */
const isAfter = ({ cause, endUs }: Entry): boolean =>
  cause.kind === 'signal' && (cause.phase === 'WATERMARK' || cause.eventTimeUs >= endUs);

function fired(entry: Entry, event: Told<'fired'>): Sentence {
  const { timing, revision, elements, added, fromUs, watermarkUs, isFinal } = event;
  const facts = { revision, elements, added, fromUs, watermarkUs, isFinal, policyRevision: event.policyRevision };
  const pane = `Fired ${timing} (revision {revision}, {elements} elements, {added} of them new)`;
  const last = isFinal ? ' It is the last pane: the window is final.' : '';
  if (timing === 'EARLY')
    return entry.cause.kind === 'timer'
      ? withCause(entry, 'FIRED_EARLY_BY_TIME', `${pane}: early.every of its policy had passed.`, facts)
      : withCause(entry, 'FIRED_EARLY_BY_COUNT', `${pane}: early.count of its policy had come, with {by}.`, facts);
  if (timing === 'LATE')
    return withCause(
      entry,
      'FIRED_LATE',
      `${pane}: something changed after the watermark ({time:watermarkUs}) had passed its end, told by {by}.${last}`,
      facts,
    );
  if (watermarkUs < entry.endUs)
    return withCause(
      entry,
      'FIRED_AS_ASKED',
      `${pane}: it was asked for, and no watermark had come to its end {time:endUs}; it fired by {by}.${last}`,
      facts,
    );
  const step =
    fromUs === NEVER
      ? 'the watermark was at {time:watermarkUs}'
      : 'the watermark went from {time:fromUs} to {time:watermarkUs}';
  return withCause(
    entry,
    event.isIdle ? 'FIRED_BY_SILENCE' : 'FIRED_ON_TIME',
    `${pane}: ${step}, and its end is {time:endUs}. What moved it was {by}.${last}`,
    facts,
  );
}

function withdrawn(entry: Entry, { reason, replacedBy, wasTold }: Told<'withdrawn'>): Sentence {
  const facts = { reason, replacedBy: replacedBy.join(', ') };
  if (reason === MERGED)
    return withCause(entry, 'MERGED', 'It became part of an earlier session, {replacedBy}, by {by}.', {
      ...facts,
      todo: 'Ask about that window: windlass explain window {replacedBy}.',
    });
  const results = wasTold ? ' Its results were withdrawn.' : ' It had never fired.';
  const heirs = replacedBy.length > 0 ? ' In its place: {replacedBy}.' : '';
  return withCause(entry, 'WITHDRAWN', `It was withdrawn by {by}: {reason}.${heirs}${results}`, facts);
}

function withCause(
  { cause, atUs, endUs, isOfGroup }: Entry,
  code: string,
  template: string,
  facts: Parameters<typeof say>[2],
): Sentence {
  const by = byCause(cause, isOfGroup);
  return say(code, template.replace('{by}', by.text), { ...by.facts, endUs, ...facts, atUs });
}
