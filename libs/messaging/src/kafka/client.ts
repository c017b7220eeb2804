import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { Kafka, logLevel } from '@windlass/kafkajs-tuned';
import type { Admin, Kafka as KafkaClient, LogEntry } from 'kafkajs';
import { silentLog, type Log } from '../log.ts';
import type { KafkaConnection } from './connection.ts';

const connectionTimeoutMs = 3_000;
const requestTimeoutMs = 30_000;
const keepAliveMs = 60_000;
/** Within one call; whoever calls has its own, endless, backoff around it. */
export const callRetries = { initialRetryTime: 50, multiplier: 2, maxRetryTime: 1_000, retries: 5 } as const;

/** The one place that makes kafkajs clients: TLS, SASL, sockets without Nagle's delay, our logger. */
export function createKafka(connection: KafkaConnection, log: Log = silentLog): KafkaClient {
  return new Kafka({
    clientId: connection.clientId,
    brokers: [...connection.brokers],
    ...(connection.tls && { ssl: connection.tls }),
    ...(connection.sasl && { sasl: connection.sasl }),
    connectionTimeout: connectionTimeoutMs,
    requestTimeout: requestTimeoutMs,
    retry: callRetries,
    socketFactory: ({ host, port, ssl, onConnect }) => openSocket({ host, port, tls: ssl, onConnect }),
    logLevel: logLevel.INFO,
    logCreator: () => (entry) => forward(log, entry),
  });
}

export function createAdmin(connection: KafkaConnection, log: Log = silentLog): Admin {
  return createKafka(connection, log).admin();
}

function openSocket({
  host,
  port,
  tls,
  onConnect,
}: {
  readonly host: string;
  readonly port: number;
  readonly tls: ConnectionOptions | undefined;
  readonly onConnect: () => void;
}): Socket {
  const socket = tls
    ? connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }), ...tls }, onConnect)
    : connectTcp({ host, port }, onConnect);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, keepAliveMs);
  return socket;
}

/** kafkajs tells as information every pause and resume, and as errors what it retries: one level lower each. */
function forward(
  log: Log,
  { level, namespace, log: { message, timestamp: _, logger: __, ...fields } }: LogEntry,
): void {
  const told = { ...fields, kafkajs: namespace };
  if (level === logLevel.ERROR) log.warn(told, message);
  else log.debug(told, message);
}
