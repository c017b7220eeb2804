export { kafkaConnection, type KafkaConnection } from './kafka/connection.ts';
export { createAdmin, createKafka } from './kafka/client.ts';
export { MessagingError, hasCode, isRetryable, type MessagingErrorCode } from './errors.ts';
export { silentLog, type Log } from './log.ts';
export { backoffMs, pause, type BackoffLimits } from './backoff.ts';
export { awaitLeaders, ensureTopics, type EnsuredTopics, raiseRecordLimits } from './topics.ts';
export { HubTopicMap, type Hub } from './hub-topics.ts';
export { createPublisher, HubPublisher, type PublisherOptions } from './hub-publisher.ts';
export { GroupLags, type GroupTopic } from './group-lags.ts';
export { followCompacted, type Following, type FollowOptions } from './compacted.ts';
export { readPartition, type PartitionRead, type StoredRecord } from './partition-reader.ts';
export { RecordCodec, encodedSize, type SchemaMemory } from './avro/record-codec.ts';
export { RegistryClient } from './avro/schema-registry.ts';
export { assignPartitions, type GroupMember } from './assigner/co-partition.ts';
export { coPartitionAssigner } from './assigner/kafka-assigner.ts';
export { createStage, Stage, type StageOptions, type StageStatus } from './stage/stage.ts';
export { defaultLimits, type StageLimits } from './stage/limits.ts';
export type { StageCounter, StageGauge, StageHistogram, StageMetrics } from './stage/metrics.ts';
export type { StagePoint, StageProbe } from './stage/probe.ts';
export type { PartitionState } from './stage/partition-worker.ts';
export { decodePending } from './stage/pending.ts';
export { slotsOfPartition } from './stage/slots.ts';
export type { EncodedMessage } from './stage/encoded-message.ts';
export { StageConsumer, type StageConsumerOptions } from './nest/stage-consumer.ts';
export { StageStrategy } from './nest/stage-strategy.ts';
export type {
  Diversion,
  DueTimer,
  InboundRecord,
  OutboundMessage,
  RejectedRecord,
  RejectionTopic,
  StageBatch,
  StageEffects,
  StageHandler,
  StageInput,
  TimerChange,
  UndecodedRecord,
} from './stage/handler.ts';
export type {
  Gap,
  ParkedMessage,
  StageCommit,
  StageLease,
  StagePosition,
  StageStore,
  StageTransaction,
  StageWriting,
  StageUnitOfWork,
  StoredTimer,
  TakenPartition,
  TopicIdentity,
} from './stage/store.ts';
