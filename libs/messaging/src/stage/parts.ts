/** What a stage is made of, for programs that run it over other ports than Kafka and Postgres: simulations. */
export type { StageClock } from '../clock.ts';
export type { ConsumerControl, StageCodec, StageContext, TopicInspector } from './context.ts';
export { noMetrics } from './metrics.ts';
export { noProbe } from './probe.ts';
export { PartitionWorker } from './partition-worker.ts';
export { Sender } from './sender.ts';
