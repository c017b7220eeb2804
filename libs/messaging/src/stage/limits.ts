import { defaultBackoff, type BackoffLimits } from '../backoff.ts';

const MIB = 1024 * 1024;

/** Every bound of a stage. Memory for records that wait is at most partitions × topics × (`inboxBytes` + one fetch). */
export interface StageLimits {
  /** Bytes of one topic-partition's records in the inbox; beyond it that topic-partition is paused, below half it resumes. */
  readonly inboxBytes: number;
  readonly batchRecords: number;
  /** Of records that the handler never sees, in a batch beside the others: about so many, for they are counted when they were taken. */
  readonly batchAsideRecords: number;
  /** Of encoded values; a batch has at least one record. */
  readonly batchBytes: number;
  readonly batchTimers: number;
  /** Of timers kept in memory per partition; later ones are read when their time comes nearer. */
  readonly timersInMemory: number;
  /** How far ahead timers are read. */
  readonly timerHorizonMs: number;
  /** Of messages in one produce request; a larger message goes alone. */
  readonly produceBytes: number;
  /** kafkajs copies its list once per message of a partition, so long lists cost their square. */
  readonly produceRecords: number;
  /** How long a topic that does not exist, or that we may not write to, is waited for before its messages are parked. */
  readonly missingTopicMs: number;
  readonly backoff: BackoffLimits;
  /** Kafka's own offsets, which only lag tools read; and positions after which nothing was to be done. */
  readonly offsetCommitMs: number;
  /** Silence after which a member counts as dead and its partitions go to others. Kafka's least, unless a broker is configured otherwise. */
  readonly sessionTimeoutMs: number;
  readonly heartbeatMs: number;
  /** A fetch with nothing to return; also how long kafkajs sleeps when all is paused. */
  readonly maxWaitMs: number;
  /** Between two fetches: what comes meanwhile is taken together, so that who need not be quick leaves the machine to who must. */
  readonly gatherMs: number;
  readonly fetchBytes: number;
  readonly fetchPartitionBytes: number;
  /** A consumer that has not fetched for so long is made anew. */
  readonly stalledMs: number;
}

export const defaultLimits: StageLimits = {
  inboxBytes: 2 * MIB,
  batchRecords: 512,
  batchAsideRecords: 4_096,
  batchBytes: 4 * MIB,
  batchTimers: 256,
  timersInMemory: 10_000,
  timerHorizonMs: 60_000,
  produceBytes: 900 * 1024,
  produceRecords: 500,
  missingTopicMs: 30_000,
  backoff: defaultBackoff,
  offsetCommitMs: 5_000,
  sessionTimeoutMs: 6_000,
  heartbeatMs: 1_000,
  maxWaitMs: 250,
  gatherMs: 0,
  fetchBytes: 8 * MIB,
  fetchPartitionBytes: 1 * MIB,
  stalledMs: 60_000,
};
