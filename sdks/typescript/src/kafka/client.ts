import { randomBytes } from 'node:crypto';
import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { partitionOf, slotOf } from '@windlass/contracts';
import { Kafka, logLevel } from '@windlass/kafkajs-tuned';
import type { ICustomPartitioner, Kafka as KafkaClient } from 'kafkajs';
import type { SpokeConfig } from '../config.ts';
import type { Logger } from '../log.ts';

const CONNECTION_TIMEOUT_MS = 3_000;
const KEEP_ALIVE_MS = 60_000;
/** Within one call; what calls has an endless backoff around it. */
export const CALL_RETRIES = { initialRetryTime: 100, maxRetryTime: 2_000, retries: 5 };

/** Between an instance and what makes one process of it different from the next. */
const PROCESS = '#';

/** What a process is called in its group. Instances may keep their name through a restart; a process that died has another. */
export const memberOf = (instance: string): string => `${instance}${PROCESS}${randomBytes(4).toString('hex')}`;

/** Whether this is a process of the instance: of those in a group only the last can be alive. */
export const isMemberOf = (instance: string, clientId: string): boolean => clientId.startsWith(`${instance}${PROCESS}`);

/** The one place that makes Kafka clients. The group's members are known by their `clientId`. */
export function createKafka({ brokers, tls, sasl }: SpokeConfig, clientId: string, log: Logger): KafkaClient {
  return new Kafka({
    clientId,
    brokers: [...brokers],
    ...(tls && { ssl: tls }),
    ...(sasl && { sasl }),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    retry: CALL_RETRIES,
    // Without this, Nagle's algorithm holds small answers back for up to 40 ms.
    socketFactory: ({ host, port, ssl, onConnect }) => {
      const socket = ssl
        ? connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }), ...ssl }, onConnect)
        : connectTcp({ host, port }, onConnect);
      return socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
    },
    logLevel: logLevel.WARN,
    // What kafkajs calls an error it mostly repeats by itself.
    logCreator:
      () =>
      ({ namespace, log: { message, timestamp: _timestamp, logger: _logger, ...fields } }) =>
        log.warn(message, { kafkajs: namespace, ...fields }),
  });
}

/** A record names a partition that its topic has not. kafkajs, left to itself, counts such a record as sent. */
export class NoSuchPartition extends Error {
  /** Makes kafkajs look at the topic again before it believes it: partitions may have been added. */
  readonly type = 'LEADER_NOT_AVAILABLE';

  constructor(topic: string, partition: number, partitions: number) {
    super(`${topic} has no partition ${partition}: it has ${partitions}`);
    this.name = 'NoSuchPartition';
  }
}

/** Keys to partitions as the hub does; a record that names its partition goes there. @throws NoSuchPartition. */
export const partitioner: ICustomPartitioner =
  () =>
  ({ topic, partitionMetadata, message }) => {
    const { length } = partitionMetadata;
    const { partition } = message;
    if (partition === undefined || partition === null) return partitionOf(slotOf(String(message.key ?? '')), length);
    if (partition < 0 || partition >= length) throw new NoSuchPartition(topic, partition, length);
    return partition;
  };
