import { NEVER } from '../time.ts';
import type { WindowEvent } from '../journal.ts';
import { byCause } from './cause.ts';
import type { TimedEntry } from './explanation.ts';
import { say, type Sentence } from './sentence.ts';

/** What the journal tells of a window, a sentence for each entry. */
export const timelineOf = (entries: readonly TimedEntry[]): Sentence[] => entries.map(told);

/** A reason that `withdraw` gives to a session which has become part of an earlier one. */
const MERGED = 'part of a session that starts before it';

function told(entry: TimedEntry): Sentence {
  const { event } = entry;
  switch (event.kind) {
    case 'opened':
      return opened(entry, event);
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

function opened(entry: TimedEntry, { openedBy, lateBorn, dagRevision, policyRevision }: Told<'opened'>): Sentence {
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
  if (cause.kind === 'signal' && cause.cause !== null)
    return withCause(
      entry,
      'OPENED_BY_SCHEDULE',
      `Opened by its schedule, which went on by {by}${under}.${late}`,
      facts,
    );
  const isInside = cause.kind === 'signal' && cause.eventTimeUs >= entry.startUs && cause.eventTimeUs < entry.endUs;
  return isInside || cause.kind === 'emission'
    ? withCause(entry, 'OPENED', `Opened by {by}${under}.${late}`, facts)
    : withCause(entry, 'OPENED_WHEN', `Opened when {by} made place for it${under}.${late}`, facts);
}

function fired(entry: TimedEntry, event: Told<'fired'>): Sentence {
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

function withdrawn(entry: TimedEntry, { reason, replacedBy, wasTold }: Told<'withdrawn'>): Sentence {
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
  { cause, atUs, endUs }: TimedEntry,
  code: string,
  template: string,
  facts: Parameters<typeof say>[2],
): Sentence {
  const by = byCause(cause);
  return say(code, template.replace('{by}', by.text), { ...by.facts, endUs, ...facts, atUs });
}
