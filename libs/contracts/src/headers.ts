/**
 * Record headers. Ids are repeated here so that a record whose body cannot be read can still be answered.
 * Values are UTF-8 text.
 */
export const headerNames = {
  /** Id of what the record is about: signal id, window id, task id. */
  id: 'windlass-id',
  /** Attempts by execution: `executionId:attempt`, comma separated. */
  attempt: 'windlass-attempt',
  /** Partition to which the answer to a task goes, decimal. */
  homePartition: 'windlass-home-partition',
  /** Window type of an outcome: who has no use for its outcomes need not read them. */
  windowType: 'windlass-window-type',
  /** Windows that the results of an outcome ask for, decimal; absent: none. */
  emissions: 'windlass-emissions',
  /** Set once on a record that was found on a partition that is not its key's, with the partition it was found on. */
  forwardedFrom: 'windlass-forwarded-from',
  /** A signal that was on the overflow topic and is released: its offset when it was parked, decimal. */
  released: 'windlass-released',
  /** A word of the trigger to itself on the way of a release, among the signals: `begin:<id>` or `end:<id>:<offset>`. */
  release: 'windlass-release',
  /** W3C trace context. */
  traceParent: 'traceparent',
  traceState: 'tracestate',
  /** CloudEvents, binary mode of the Kafka binding: `ce_` and the attribute's name. */
  cloudEventSpecVersion: 'ce_specversion',
  cloudEventId: 'ce_id',
  cloudEventType: 'ce_type',
  cloudEventSource: 'ce_source',
  cloudEventTime: 'ce_time',
  contentType: 'content-type',
} as const;

/** Headers that a dead letter, a late or a parked record carries beside its original headers, key and bytes. */
export const errorHeaderNames = {
  /** Stable code of what was wrong. */
  code: 'windlass-error-code',
  /** What was wrong and what would be right. */
  message: 'windlass-error-message',
  /** Where the record was: topic, partition and offset. */
  topic: 'windlass-error-topic',
  partition: 'windlass-error-partition',
  offset: 'windlass-error-offset',
  /** The stage that refused it. */
  stage: 'windlass-error-stage',
  /** When, ISO 8601, UTC. */
  time: 'windlass-error-time',
} as const;

/** `application/avro` in the Confluent wire format. */
export const avroContentType = 'application/avro';

/** `ce_type` of a record: `io.windlass.<family>.v1`. */
export const cloudEventType = (family: string): string => `io.windlass.${family}.v1`;
