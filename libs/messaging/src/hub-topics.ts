import {
  maxRecordBytesOf,
  partitionOf,
  slotOf,
  topicDeclarations,
  topicNames,
  type Family,
  type TopicNames,
} from '@windlass/contracts';

/** What a program has to know of the hub's topics. */
export interface Hub {
  readonly prefix: string;
  /** Of every topic that is keyed by source or group. */
  readonly partitions: number;
  readonly teams: readonly string[];
}

const anyProcessor = 'any';

/** Names, partitions and limits of the hub's topics, without asking Kafka. @throws {ContractError} BAD_NAME, BAD_PARTITION_COUNT. */
export class HubTopicMap {
  readonly names: TopicNames;
  readonly hub: Hub;
  private readonly partitionsByFamily: ReadonlyMap<string, number>;

  constructor(hub: Hub) {
    this.hub = hub;
    this.names = topicNames(hub.prefix);
    const declared = topicDeclarations({ ...hub, processors: [anyProcessor] });
    this.partitionsByFamily = new Map(declared.map(({ family, partitions }) => [family, partitions]));
  }

  /** Topics of a family that a stage reads: results has one a team, panes one more for replays, all others have one. */
  topicsOf(family: Family): string[] {
    return topicDeclarations({ ...this.hub, processors: [] })
      .filter((declared) => declared.family === family)
      .map(({ topic }) => topic);
  }

  partitionsOf(family: string): number {
    return this.partitionsByFamily.get(family) ?? this.hub.partitions;
  }

  partitionOfKey(family: string, key: string): number {
    return partitionOf(slotOf(key), this.partitionsOf(family));
  }

  maxRecordBytesOf(family: Family): number {
    return maxRecordBytesOf(family);
  }
}
