import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClassArchive } from './class-archive.ts';
import { kafkaAnswers } from './kafka-readiness.ts';
import { runCommand } from './run-command.ts';
import type { ServerSpec } from './server.ts';

/** DESIGN section 4a: a record may have 8 MiB; the rest is for headers and the batch around it. */
const MESSAGE_MAX_BYTES = 10 * 1024 * 1024;

export interface KafkaOptions {
  readonly java: string;
  /** The folder of the jars. */
  readonly jars: string;
  readonly archive: ClassArchive;
  readonly dataDir: string;
  readonly logFile: string;
  readonly port: number;
  readonly controllerPort: number;
  /** Added to, and before, our own broker properties. */
  readonly brokerProperties?: Readonly<Record<string, string>> | undefined;
  /** Passwords of SASL/SCRAM users, by name; for a log folder that is not formatted yet. */
  readonly scramUsers?: Readonly<Record<string, string>> | undefined;
}

/** Formats the log folder if that is not done yet, and says how to run the broker. */
export async function prepareKafka(options: KafkaOptions): Promise<ServerSpec> {
  const home = join(options.dataDir, 'kafka');
  mkdirSync(home, { recursive: true });
  const propertiesFile = join(home, 'server.properties');
  const loggingFile = join(home, 'log4j2.properties');
  const properties = { ...brokerProperties(options, join(home, 'data')), ...options.brokerProperties };
  writeFileSync(propertiesFile, toProperties(properties));
  writeFileSync(loggingFile, toProperties(LOGGING));
  const { java, archive } = options;
  // The optimising compiler takes more of two cores than its code saves within minutes.
  const classpath = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', join(options.jars, '*')];
  const jvmArgs = [...(archive.isThere ? archive.args : []), ...classpath];
  const clusterId = await format({ java, jvmArgs, home, propertiesFile, scramUsers: options.scramUsers ?? {} });
  return {
    name: 'kafka',
    command: java,
    args: [
      '-Xmx512m',
      ...archive.args,
      '-XX:+ExitOnOutOfMemoryError',
      `-Dlog4j2.configurationFile=${loggingFile}`,
      ...classpath,
      'kafka.Kafka',
      propertiesFile,
    ],
    port: options.port,
    logFile: options.logFile,
    stopSignal: 'SIGTERM',
    ephemeralStopSignal: archive.isThere ? 'SIGKILL' : 'SIGTERM',
    answers: () => kafkaAnswers(options.port, clusterId),
  };
}

interface Formatting {
  readonly java: string;
  readonly jvmArgs: readonly string[];
  readonly home: string;
  readonly propertiesFile: string;
  readonly scramUsers: Readonly<Record<string, string>>;
}

/** The id is written first and the marker last, so a format that was cut off is repeated with the same id. */
async function format({ java, jvmArgs, home, propertiesFile, scramUsers }: Formatting): Promise<string> {
  const idFile = join(home, 'cluster-id');
  const marker = join(home, 'formatted');
  if (!existsSync(idFile)) writeFileSync(idFile, newClusterId());
  const clusterId = readFileSync(idFile, 'utf8');
  if (!existsSync(marker)) {
    const tool = ['kafka.tools.StorageTool', 'format', '--ignore-formatted', '-t', clusterId, '-c', propertiesFile];
    await runCommand(java, [...jvmArgs, ...tool, ...scramArgs(scramUsers)]);
    writeFileSync(marker, '');
  }
  return clusterId;
}

const scramArgs = (users: Readonly<Record<string, string>>): string[] =>
  Object.entries(users).flatMap(([name, password]) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${name},password=${password}]`,
    ]),
  );

/** Kafka's own form: 16 bytes in URL-safe base64. Never begins with `-`, which would read as an option. */
function newClusterId(): string {
  const bytes = randomBytes(16);
  bytes[0]! &= 0x7f;
  return bytes.toString('base64url');
}

function brokerProperties({ port, controllerPort }: KafkaOptions, logDir: string): Record<string, string> {
  return {
    'node.id': '1',
    'process.roles': 'broker,controller',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'BROKER',
    'listener.security.protocol.map': 'BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT',
    listeners: `BROKER://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `BROKER://127.0.0.1:${port}`,
    'log.dirs': logDir,
    'auto.create.topics.enable': 'false',
    'message.max.bytes': String(MESSAGE_MAX_BYTES),
    'replica.fetch.max.bytes': String(MESSAGE_MAX_BYTES),
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '4',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    'group.min.session.timeout.ms': '1000',
    // After kill -9 the broker may register again only when its old session is over (9 s by default).
    'broker.session.timeout.ms': '3000',
    'broker.heartbeat.interval.ms': '500',
    // Heap that the defaults would take: 128 MiB for the cleaner, and 2 × 10 MiB of index a partition on disk.
    'log.cleaner.dedupe.buffer.size': String(16 * 1024 * 1024),
    'log.index.size.max.bytes': String(1024 * 1024),
    'file.delete.delay.ms': '1000',
    'num.network.threads': '2',
    'num.io.threads': '4',
  };
}

const LOGGING: Readonly<Record<string, string>> = {
  status: 'warn',
  'appender.out.type': 'Console',
  'appender.out.name': 'OUT',
  'appender.out.layout.type': 'PatternLayout',
  'appender.out.layout.pattern': '%d{ISO8601} %-5p %c{1} %m%n',
  'rootLogger.level': 'info',
  'rootLogger.appenderRef.out.ref': 'OUT',
};

function toProperties(entries: Readonly<Record<string, string>>): string {
  return Object.entries(entries)
    .map(([name, value]) => `${name}=${value.replaceAll('\\', '\\\\')}\n`)
    .join('');
}
