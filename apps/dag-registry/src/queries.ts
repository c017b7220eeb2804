import { asyncApiDocument, type KafkaServers, topicNames } from '@windlass/contracts';
import {
  type AvailabilityPolicy,
  type DagRevision,
  defaultPolicy,
  didYouMean,
  isSameRef,
  refOf,
  type Source,
  type SourceAttributes,
  sourceAt,
  type SourceVersion,
  unknownSource,
  versionsOf,
} from '@windlass/dag';
import { RegistryError } from './errors.ts';
import type {
  KnownSource,
  Liveness,
  Peers,
  RegistryStore,
  RevisionSummary,
  SourceChange,
  SourceQuery,
} from './ports.ts';
import { type ProcessorStatus, processorStatuses, withTasks } from './processors.ts';

/** What a processor needs to know to take part. */
export interface ProcessorTopics {
  /** To read. */
  readonly windowTopic: string;
  /** To write. */
  readonly resultTopic: string;
  readonly partitions: number;
  readonly kafkaPrefix: string;
  /** Where results are that travel by reference. */
  readonly resultCollectorUrl: string;
}

/** A source as it was at a time. */
export interface SourceAnswer extends Omit<Source, 'earlier'> {
  readonly declared: boolean;
  /** Processing time, microseconds since the epoch; null: no signal has come. */
  readonly firstSeenUs: number | null;
  /** Name of its first signal. */
  readonly firstSignal: string | null;
}

export interface SourceHistory {
  /** What it was, oldest first: the newest few that travel; `fromUs` null: ever, `toUs` null: for good. */
  readonly versions: readonly (SourceAttributes & { readonly fromUs: number | null; readonly toUs: number | null })[];
  /** Newest first. `source`: as it was told then, from its `fromUs` on. */
  readonly changes: readonly (Omit<SourceChange, 'source'> & { readonly source: Omit<Source, 'earlier'> })[];
  /** Number to continue before; null: the last page. */
  readonly next: number | null;
}

interface Surroundings {
  readonly store: RegistryStore;
  readonly liveness: Liveness;
  readonly peers: Pick<Peers, 'tasks'>;
  readonly hub: { readonly prefix: string; readonly partitions: number; readonly teams: readonly string[] };
  readonly kafka: KafkaServers;
  readonly nowUs: () => number;
  readonly silentAfterUs: number;
  readonly resultCollectorUrl: string;
}

/** What the registry tells without changing anything. */
export class RegistryQueries {
  private readonly surroundings: Surroundings;

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
  }

  topicsOf({ processor, team }: { readonly processor: string; readonly team: string }): ProcessorTopics {
    const { hub, resultCollectorUrl } = this.surroundings;
    const { prefix, partitions } = hub;
    const names = topicNames(prefix);
    const topics = { windowTopic: names.windows(processor), resultTopic: names.results(team) };
    return { ...topics, partitions, kafkaPrefix: prefix, resultCollectorUrl };
  }

  /** AsyncAPI document of all topics, with the window topics of the live revision. */
  async asyncApi(): Promise<object> {
    const { hub, kafka } = this.surroundings;
    const { number: revision, processors } = await this.live();
    return asyncApiDocument({ hub: { ...hub, processors: processors.map(({ name }) => name) }, revision, kafka });
  }

  async live(): Promise<DagRevision> {
    return (await this.surroundings.store.read([])).revision;
  }

  /** @throws {RegistryError} UNKNOWN_REVISION. */
  async revision(number: number): Promise<DagRevision> {
    const revision = await this.surroundings.store.revision(number);
    if (revision) return revision;
    throw new RegistryError('UNKNOWN_REVISION', `there is no revision ${number}`);
  }

  revisions(limit: number): Promise<readonly RevisionSummary[]> {
    return this.surroundings.store.revisions(limit);
  }

  /** Of every window type; number 0: nobody set it, the default holds. */
  async policies(): Promise<readonly AvailabilityPolicy[]> {
    const { revision, policies } = await this.surroundings.store.read([]);
    return revision.windowTypes.map(refOf).map((ref) => policies.get(ref) ?? defaultPolicy(ref));
  }

  /** @throws {RegistryError} UNKNOWN_WINDOW_TYPE. */
  async policy(windowType: string): Promise<AvailabilityPolicy> {
    const all = await this.policies();
    const policy = all.find((one) => isSameRef(one.windowType, windowType));
    if (policy) return policy;
    const meant = didYouMean(
      windowType,
      all.map((one) => one.windowType),
    );
    throw new RegistryError('UNKNOWN_WINDOW_TYPE', `window type "${windowType}" does not exist.${meant}`);
  }

  /** As it was, or will be, at `atUs` (event time). @throws {RegistryError} UNKNOWN_SOURCE. */
  async source(name: string, atUs: number = this.surroundings.nowUs()): Promise<SourceAnswer> {
    return answerOf(await this.knownSource(name), atUs);
  }

  /** What it was from when to when, and every change of it, newest first. @throws {RegistryError} UNKNOWN_SOURCE. */
  async sourceHistory(
    name: string,
    query: { readonly before: number; readonly limit: number },
  ): Promise<SourceHistory> {
    const { declared } = await this.knownSource(name);
    const changes = await this.surroundings.store.sourceChanges(name, query);
    return {
      versions: declared ? versionsOf(declared).map(toVersionAnswer) : [],
      changes: changes.map(({ number, source, changedBy, changedAtUs }) => {
        const { earlier: _, ...latest } = source;
        return { number, changedBy, changedAtUs, source: latest };
      }),
      next: changes.length === query.limit ? changes.at(-1)!.number : null,
    };
  }

  async sources({ atUs = this.surroundings.nowUs(), ...query }: SourceQuery & { readonly atUs?: number }): Promise<{
    readonly sources: readonly SourceAnswer[];
    readonly next: string | null;
  }> {
    const { sources, next } = await this.surroundings.store.sources(query);
    return { sources: sources.map((source) => answerOf(source, atUs)), next };
  }

  private async knownSource(name: string): Promise<KnownSource> {
    const source = await this.surroundings.store.source(name);
    if (source) return source;
    throw new RegistryError('UNKNOWN_SOURCE', `no source ${name} is declared, and none of that name has sent a signal`);
  }

  /** With how much may wait for what nobody has. */
  async processors(): Promise<readonly ProcessorStatus[]> {
    const live = await this.live();
    const statuses = await this.processorsOf(live);
    if (statuses.every(({ missing }) => missing.length === 0)) return statuses;
    const tasks = await this.surroundings.peers.tasks();
    return tasks.known ? withTasks(statuses, live, tasks.value) : statuses;
  }

  /** Of a revision that need not be live any more; no other service is asked. */
  async processorsOf(revision: DagRevision): Promise<readonly ProcessorStatus[]> {
    const { store, liveness, nowUs, silentAfterUs } = this.surroundings;
    const [heard, holds] = await Promise.all([liveness.heard(), store.holds()]);
    return processorStatuses(revision, { ...heard, holds }, { nowUs: nowUs(), silentAfterUs });
  }

  /** @throws {RegistryError} UNKNOWN_PROCESSOR. */
  async processor(name: string): Promise<ProcessorStatus> {
    const all = await this.processors();
    const processor = all.find((one) => one.name === name);
    if (processor) return processor;
    const meant = didYouMean(
      name,
      all.map((one) => one.name),
    );
    throw new RegistryError('UNKNOWN_PROCESSOR', `processor "${name}" is not registered.${meant}`);
  }
}

function answerOf({ name, declared, firstSeenUs, firstSignal }: KnownSource, atUs: number): SourceAnswer {
  const source = declared ?? unknownSource(name);
  const { owner, validFromUs, validToUs } = source;
  const { kind, parent, groups, labels, zone, fromUs } = sourceAt(source, atUs);
  return {
    name,
    kind,
    ...(parent !== undefined && { parent }),
    groups,
    labels,
    ...(zone !== undefined && { zone }),
    ...(fromUs !== undefined && { fromUs }),
    ...(owner !== undefined && { owner }),
    ...(validFromUs !== undefined && { validFromUs }),
    ...(validToUs !== undefined && { validToUs }),
    declared: declared !== null,
    firstSeenUs,
    firstSignal,
  };
}

function toVersionAnswer(
  { kind, parent, groups, labels, zone, fromUs }: SourceVersion,
  i: number,
  all: readonly SourceVersion[],
): SourceHistory['versions'][number] {
  return {
    fromUs: i === 0 ? null : fromUs!,
    toUs: all[i + 1]?.fromUs ?? null,
    kind,
    ...(parent !== undefined && { parent }),
    groups,
    labels,
    ...(zone !== undefined && { zone }),
  };
}
