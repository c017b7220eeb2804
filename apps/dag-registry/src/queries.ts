import { asyncApiDocument, type KafkaServers, topicNames } from '@windlass/contracts';
import {
  type AvailabilityPolicy,
  type DagRevision,
  defaultPolicy,
  didYouMean,
  refOf,
  type Source,
} from '@windlass/dag';
import { RegistryError } from './errors.ts';
import type { Liveness, RegistryStore, RevisionSummary, SourcePage } from './ports.ts';
import { type ProcessorStatus, processorStatuses } from './processors.ts';

/** What a processor needs to know to take part. */
export interface ProcessorTopics {
  /** To read. */
  readonly windowTopic: string;
  /** To write. */
  readonly resultTopic: string;
  readonly partitions: number;
  readonly kafkaPrefix: string;
}

interface Surroundings {
  readonly store: RegistryStore;
  readonly liveness: Liveness;
  readonly hub: { readonly prefix: string; readonly partitions: number; readonly teams: readonly string[] };
  readonly kafka: KafkaServers;
  readonly nowUs: () => number;
  readonly silentAfterUs: number;
}

/** What the registry tells without changing anything. */
export class RegistryQueries {
  private readonly surroundings: Surroundings;

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
  }

  topicsOf({ processor, team }: { readonly processor: string; readonly team: string }): ProcessorTopics {
    const { prefix, partitions } = this.surroundings.hub;
    const names = topicNames(prefix);
    return { windowTopic: names.windows(processor), resultTopic: names.results(team), partitions, kafkaPrefix: prefix };
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
    const policy = all.find((one) => one.windowType === windowType);
    if (policy) return policy;
    const meant = didYouMean(
      windowType,
      all.map((one) => one.windowType),
    );
    throw new RegistryError('UNKNOWN_WINDOW_TYPE', `window type "${windowType}" does not exist.${meant}`);
  }

  /** @throws {RegistryError} UNKNOWN_SOURCE. */
  async source(name: string): Promise<Source> {
    const source = (await this.surroundings.store.read([name])).sources.get(name);
    if (source) return source;
    throw new RegistryError('UNKNOWN_SOURCE', `no source ${name} is declared`);
  }

  sources(query: { readonly after: string; readonly limit: number; readonly kind?: string }): Promise<SourcePage> {
    return this.surroundings.store.sources(query);
  }

  async processors(): Promise<readonly ProcessorStatus[]> {
    return this.processorsOf(await this.live());
  }

  /** Of a revision that need not be live any more. */
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
