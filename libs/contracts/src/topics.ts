import { families, hasSchema, type Family, type SchemaFamily } from './families.ts';
import { checkPartitions } from './keys.ts';
import { limits, recordOverheadBytes } from './limits.ts';
import { checkName } from './names.ts';

/** How a subject's schema may change. What the hub writes for others is FULL: old readers and new ones read it. */
export type Compatibility = 'BACKWARD_TRANSITIVE' | 'FULL_TRANSITIVE';

export interface TopicDeclaration {
  readonly topic: string;
  readonly family: Family;
  /** Subject of the value's schema in the registry; null: the topic keeps bytes as they were. */
  readonly subject: string | null;
  readonly compatibility: Compatibility | null;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** A larger encoded value is refused before it is sent. */
  readonly maxRecordBytes: number;
  /** Kafka's topic configuration. */
  readonly config: Readonly<Record<string, string>>;
}

export interface HubTopics {
  /** So that several hubs share one Kafka. */
  readonly prefix: string;
  /** Of every topic that is keyed by source or group: a power of two. */
  readonly partitions: number;
  /** Each has one result topic. */
  readonly teams: readonly string[];
  /** Each has one window topic. */
  readonly processors: readonly string[];
  /** Default 1. From 3 on, two in-sync replicas are needed to write. */
  readonly replicationFactor?: number;
}

interface FamilyRule {
  readonly keepDays: number | 'compact';
  readonly compatibility: Compatibility | null;
  /** Default `recordBytes`. */
  readonly maxRecordBytes?: number;
  /** Read as a whole by everyone, or of low rate: one partition. Default: the hub's partitions. */
  readonly single?: true;
}

const rules: Readonly<Record<Family, FamilyRule>> = {
  signals: { keepDays: 30, compatibility: 'BACKWARD_TRANSITIVE', maxRecordBytes: limits.signalBytes },
  emissions: { keepDays: 30, compatibility: 'BACKWARD_TRANSITIVE', maxRecordBytes: limits.signalBytes },
  panes: { keepDays: 7, compatibility: 'FULL_TRANSITIVE' },
  windows: { keepDays: 7, compatibility: 'FULL_TRANSITIVE' },
  results: { keepDays: 7, compatibility: 'BACKWARD_TRANSITIVE' },
  outcomes: { keepDays: 90, compatibility: 'FULL_TRANSITIVE', maxRecordBytes: limits.outcomeBytes },
  registry: { keepDays: 'compact', compatibility: 'FULL_TRANSITIVE', single: true },
  heartbeats: { keepDays: 1, compatibility: 'BACKWARD_TRANSITIVE', maxRecordBytes: limits.signalBytes, single: true },
  'seen-sources': {
    keepDays: 7,
    compatibility: 'BACKWARD_TRANSITIVE',
    maxRecordBytes: limits.signalBytes,
    single: true,
  },
  notices: { keepDays: 30, compatibility: 'FULL_TRANSITIVE', maxRecordBytes: limits.signalBytes, single: true },
  control: { keepDays: 1, compatibility: 'FULL_TRANSITIVE', maxRecordBytes: limits.signalBytes, single: true },
  late: { keepDays: 30, compatibility: null },
  dlq: { keepDays: 30, compatibility: null, maxRecordBytes: limits.outcomeBytes },
  overflow: { keepDays: 30, compatibility: null },
  'group-signals': { keepDays: 7, compatibility: 'BACKWARD_TRANSITIVE' },
  'group-outcomes': { keepDays: 7, compatibility: 'BACKWARD_TRANSITIVE', maxRecordBytes: limits.outcomeBytes },
};

const REPLAY = 'replay';

const dayMs = 24 * 60 * 60 * 1000;
/** Kafka's own default; many small records share a batch, so a small record limit is not a small batch limit. */
const minBatchBytes = 1024 * 1024;

/** Full topic names under a prefix. */
export const topicNames = (prefix: string) => {
  checkName({ what: 'prefix', text: prefix });
  const plain = (family: Exclude<Family, 'windows' | 'results'>) => `${prefix}.${family}.v1`;
  return {
    signals: plain('signals'),
    emissions: plain('emissions'),
    panes: plain('panes'),
    /** What live work must not wait behind: panes of the lane REPLAY. */
    replayPanes: `${prefix}.panes.${REPLAY}.v1`,
    /** Window topic of a processor. */
    windows: (processor: string) => `${prefix}.windows.${checkName({ what: 'processor', text: processor })}.v1`,
    /** Result topic of a team. */
    results: (team: string) => `${prefix}.results.${checkName({ what: 'team', text: team })}.v1`,
    outcomes: plain('outcomes'),
    registry: plain('registry'),
    heartbeats: plain('heartbeats'),
    seenSources: plain('seen-sources'),
    notices: plain('notices'),
    control: plain('control'),
    late: plain('late'),
    dlq: plain('dlq'),
    overflow: plain('overflow'),
    groupSignals: plain('group-signals'),
    groupOutcomes: plain('group-outcomes'),
  };
};

export type TopicNames = ReturnType<typeof topicNames>;

/** The family of a topic of this prefix; undefined when it is none of ours. */
export function familyOf(prefix: string, topic: string): Family | undefined {
  const [first, family, ...rest] = topic.split('.');
  if (first !== prefix || rest.at(-1) !== 'v1') return undefined;
  const named = family === 'windows' || family === 'results' || (family === 'panes' && rest[0] === REPLAY);
  return rest.length === (named ? 2 : 1) ? families.find((candidate) => candidate === family) : undefined;
}

/** One subject for all topics of a family. */
export const subjectOf = (prefix: string, family: SchemaFamily): string => `${prefix}.${family}.v1-value`;

export const compatibilityOf = (family: SchemaFamily): Compatibility => rules[family].compatibility!;

/** The largest encoded value a family's records may have, in bytes. */
export const maxRecordBytesOf = (family: Family): number => rules[family].maxRecordBytes ?? limits.recordBytes;

/**
 * Every topic of a hub: what embedded start, `deploy` and the registration of a processor create.
 * @throws {ContractError} BAD_NAME, BAD_PARTITION_COUNT.
 */
export function topicDeclarations(hub: HubTopics): TopicDeclaration[] {
  checkPartitions(hub.partitions);
  const names = topicNames(hub.prefix);
  return families.flatMap((family) => {
    if (family === 'windows') return hub.processors.map((processor) => declare(hub, family, names.windows(processor)));
    if (family === 'results') return hub.teams.map((team) => declare(hub, family, names.results(team)));
    if (family === 'panes') return [names.panes, names.replayPanes].map((topic) => declare(hub, family, topic));
    return [declare(hub, family, `${hub.prefix}.${family}.v1`)];
  });
}

function declare(hub: HubTopics, family: Family, topic: string): TopicDeclaration {
  const rule = rules[family];
  const replicationFactor = hub.replicationFactor ?? 1;
  const maxRecordBytes = maxRecordBytesOf(family);
  return {
    topic,
    family,
    subject: hasSchema(family) ? subjectOf(hub.prefix, family) : null,
    compatibility: rule.compatibility,
    partitions: rule.single ? 1 : hub.partitions,
    replicationFactor,
    maxRecordBytes,
    config: {
      ...(rule.keepDays === 'compact'
        ? { 'cleanup.policy': 'compact' }
        : { 'cleanup.policy': 'delete', 'retention.ms': String(rule.keepDays * dayMs) }),
      'max.message.bytes': String(Math.max(minBatchBytes, maxRecordBytes + recordOverheadBytes)),
      // Retention counts from arrival: a record about last year must not expire on the day it is sent.
      'message.timestamp.type': 'LogAppendTime',
      ...(replicationFactor >= 3 ? { 'min.insync.replicas': '2' } : {}),
    },
  };
}
