import { createRequire } from 'node:module';
import { tuneKafkajs } from './tune-kafkajs.ts';

export { CopiedHeaders, encodeHeaders, headerBytesOf, headerOf, type HeaderBytes } from './copied-headers.ts';
export { leaveForPredecessors } from './predecessors.ts';

tuneKafkajs();
const kafkajs = createRequire(import.meta.url)('kafkajs') as typeof import('kafkajs');

/** The parts of kafkajs that Windlass uses. Types come from kafkajs itself. */
export const { Kafka, logLevel, AssignerProtocol, PartitionAssigners } = kafkajs;
