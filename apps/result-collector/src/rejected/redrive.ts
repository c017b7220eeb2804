import {
  errorHeaderNames,
  familyOf,
  hasSchema,
  headerNames,
  lateHeaderNames,
  partitionOf,
  slotOf,
} from '@windlass/contracts';
import type { EncodedMessage, HubTopicMap, StoredRecord } from '@windlass/messaging';
import type { RejectedRecord } from './rejected-record.ts';
import { historyHeaders } from './redrive-history.ts';
import type { Kept, Settlement } from './settlement.ts';

export interface Refusal {
  readonly code: 'LATE_AGAIN' | 'NOT_REDRIVABLE' | 'ALREADY_REDRIVEN' | 'ALREADY_DROPPED';
  readonly message: string;
}

/** The message by which a dead letter goes back to the topic that it came from, with its key, bytes and headers; or why not. */
export function redriveOf(
  topics: HubTopicMap,
  { rejected }: Pick<Kept, 'rejected'>,
  { by, why, atUs }: Omit<Settlement, 'kind'>,
): EncodedMessage | Refusal {
  const { id, keptOn, kept, origin, code, record } = rejected;
  if (keptOn === 'late') return lateAgain(rejected);
  const family = origin ? familyOf(topics.hub.prefix, origin.topic) : undefined;
  if (!origin || family === undefined || !hasSchema(family) || notForStages.has(family)) {
    const from = origin
      ? `${origin.topic} is no topic from which a stage reads`
      : 'it does not say from which topic it came';
    return refusal(
      'NOT_REDRIVABLE',
      `${id} cannot be sent again: ${from}. Drop it, with the reason: windlass dlq drop ${id} --why …`,
    );
  }
  if (record.key === null) {
    const mend = 'Send it anew with the source as its key, and drop this one';
    return refusal(
      'NOT_REDRIVABLE',
      `${id} cannot be sent again: it has no key, and would be refused for that again. ${mend}: windlass dlq drop ${id} --why …`,
    );
  }
  const from = `${kept.topic}/${kept.partition}/${kept.offset}`;
  const history = historyHeaders(
    { count: rejected.redriveCount, entries: rejected.history },
    { deadLetter: id, code, from, by, why, atUs },
  );
  return {
    topic: origin.topic,
    partition: partitionOf(slotOf(record.key), topics.partitionsOf(family)),
    key: record.key,
    value: record.value,
    headers: { ...withoutReason(record.headers), ...history },
  };
}

/** Entries, words to processors and to people: nothing of that is worked off by a stage. */
const notForStages: ReadonlySet<string> = new Set(['registry', 'control', 'notices']);

/** Of the way to the dead letters, of being found on a wrong partition, and of a release from the overflow topic, which is over. */
const ofThatWay: ReadonlySet<string> = new Set([
  ...Object.values(errorHeaderNames),
  ...Object.values(lateHeaderNames),
  ...[headerNames.forwardedFrom, headerNames.released, headerNames.release],
]);

const withoutReason = (headers: StoredRecord['headers']): Record<string, string | Buffer> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !ofThatWay.has(name)));

export const isRefusal = (answer: object): answer is Refusal => 'code' in answer;

const refusal = (code: Refusal['code'], message: string): Refusal => ({ code, message });

const lateAgain = ({ id, source, late }: RejectedRecord): Refusal =>
  refusal(
    'LATE_AGAIN',
    `${id} is a late element of ${source}${late ? ` for ${late.lateFor.map(({ windowType }) => windowType).join(', ')}` : ''}: ` +
      'its windows are final and stay as they are, so sent again it would only be late again. ' +
      `windlass late show ${id} tells all of it; a longer allowed lateness takes in those to come (windlass late summary tells how much longer, windlass dial set sets it)`,
  );
