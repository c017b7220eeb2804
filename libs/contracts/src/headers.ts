import type { SchemaFamily } from './families.ts';

interface Header {
  readonly name: string;
  /** What its value, UTF-8 text, says. */
  readonly meaning: string;
  /** Whose records may have it; absent: all that have a schema. */
  readonly of?: readonly SchemaFamily[];
}

/** Ids are repeated here so that a record whose body cannot be read can still be answered. */
export const recordHeaders = {
  id: { name: 'windlass-id', meaning: 'Id of what the record is about: signal id, window id, task id.' },
  attempt: {
    name: 'windlass-attempt',
    meaning: 'Attempts by execution: `executionId:attempt`, comma separated.',
    of: ['windows', 'results'],
  },
  homePartition: {
    name: 'windlass-home-partition',
    meaning: 'Partition to which the answer to a task goes, decimal.',
    of: ['windows'],
  },
  windowType: {
    name: 'windlass-window-type',
    meaning: 'Window type of an outcome: who has no use for its outcomes need not read them.',
    of: ['outcomes'],
  },
  emissions: {
    name: 'windlass-emissions',
    meaning: 'Windows that the results of an outcome ask for, decimal; absent: none.',
    of: ['outcomes'],
  },
  forwardedFrom: {
    name: 'windlass-forwarded-from',
    meaning:
      "Set once on a record that was found on a partition that is not its key's, with the partition it was found on.",
    of: ['signals', 'emissions', 'panes', 'results', 'outcomes', 'group-signals', 'group-outcomes'],
  },
  released: {
    name: 'windlass-released',
    meaning: 'A signal that was on the overflow topic and is released: its offset when it was parked, decimal.',
    of: ['signals'],
  },
  release: {
    name: 'windlass-release',
    meaning:
      'A word of the trigger to itself on the way of a release, among the signals: `begin:<id>` or `end:<id>:<offset>`.',
    of: ['signals'],
  },
  redriveCount: {
    name: 'windlass-redrive-count',
    meaning: 'How often a dead letter was sent again as this record, decimal.',
  },
  redriveHistory: {
    name: 'windlass-redrive-history',
    meaning:
      'The last times that it was sent again, oldest first, JSON: by whom, when, why, from which dead letter, and what was wrong then.',
  },
  traceParent: { name: 'traceparent', meaning: 'W3C trace context.' },
  traceState: { name: 'tracestate', meaning: 'W3C trace context.' },
  cloudEventSpecVersion: { name: 'ce_specversion', meaning: 'CloudEvents, binary mode of the Kafka binding: `1.0`.' },
  cloudEventId: { name: 'ce_id', meaning: 'CloudEvents: unique together with its source.' },
  cloudEventType: { name: 'ce_type', meaning: 'CloudEvents: `io.windlass.<family>.v1`.' },
  cloudEventSource: { name: 'ce_source', meaning: 'CloudEvents: the program that wrote the record.' },
  cloudEventTime: { name: 'ce_time', meaning: 'CloudEvents: when it was written, ISO 8601, UTC.' },
  contentType: { name: 'content-type', meaning: '`application/avro`, in the Confluent wire format.' },
} as const satisfies Readonly<Record<string, Header>>;

/** What a dead letter, a late or a parked record carries beside its original headers, key and bytes. */
export const errorHeaders = {
  code: { name: 'windlass-error-code', meaning: 'Stable code of what was wrong.' },
  message: { name: 'windlass-error-message', meaning: 'What was wrong and what would be right.' },
  topic: { name: 'windlass-error-topic', meaning: 'Topic on which the record was.' },
  partition: { name: 'windlass-error-partition', meaning: 'Its partition, decimal.' },
  offset: { name: 'windlass-error-offset', meaning: 'Its offset, decimal.' },
  stage: { name: 'windlass-error-stage', meaning: 'The stage that refused it.' },
  time: { name: 'windlass-error-time', meaning: 'When, ISO 8601, UTC.' },
} as const satisfies Readonly<Record<string, Header>>;

/** What a late record carries beside that. */
export const lateHeaders = {
  eventTime: { name: 'windlass-late-event-time', meaning: 'Its event time, microseconds since 1970, decimal.' },
  lateFor: {
    name: 'windlass-late-for',
    meaning:
      'Window types that were final there already, and up to when: `name@version:microseconds`, comma separated.',
  },
} as const satisfies Readonly<Record<string, Header>>;

type NamesOf<Headers extends Readonly<Record<string, Header>>> = { readonly [K in keyof Headers]: Headers[K]['name'] };

const namesOf = <Headers extends Readonly<Record<string, Header>>>(headers: Headers): NamesOf<Headers> =>
  Object.fromEntries(Object.entries(headers).map(([key, { name }]) => [key, name])) as NamesOf<Headers>;

export const headerNames = namesOf(recordHeaders);
export const errorHeaderNames = namesOf(errorHeaders);
export const lateHeaderNames = namesOf(lateHeaders);

/** The headers that records of a family may have. */
export const headersOf = (family: string): readonly Header[] =>
  Object.values<Header>(recordHeaders).filter(({ of }) => of === undefined || of.some((one) => one === family));

/** `application/avro` in the Confluent wire format. */
export const avroContentType = 'application/avro';

/** `ce_type` of a record: `io.windlass.<family>.v1`. */
export const cloudEventType = (family: string): string => `io.windlass.${family}.v1`;
