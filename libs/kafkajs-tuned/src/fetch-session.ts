/** What kafkajs asks for with one fetch: of each topic some partitions, each from an offset on. */
export interface FetchedTopic {
  readonly topic: string;
  readonly partitions: readonly FetchedPartition[];
}

export interface FetchedPartition {
  readonly partition: number;
  /** A decimal number. */
  readonly fetchOffset: string;
  readonly maxBytes: number;
}

/** What a fetch tells the broker, of KIP-227. */
export interface SessionFetch {
  readonly sessionId: number;
  readonly sessionEpoch: number;
  readonly topics: readonly FetchedTopic[];
  readonly forgottenTopics: readonly { readonly topic: string; readonly partitions: readonly number[] }[];
}

const NO_SESSION = 0;
/** Asks for a new session, and ends the one that is named. */
const FIRST_EPOCH = 0;
const LAST_EPOCH = 2 ** 31 - 1;

/**
 * A fetch session with one broker (KIP-227): it remembers which partitions are fetched, so that a fetch names only those that are new,
 * gone or further on, and is answered only with those that have something. One fetch at a time.
 */
export class FetchSession {
  #id = NO_SESSION;
  #epoch = FIRST_EPOCH;
  #isRefused = false;
  /** By topic and partition: as the broker knows it. */
  #known = new Map<string, Map<number, FetchedPartition>>();

  /** What to tell the broker so that these partitions are fetched, and no others. */
  next(wanted: readonly FetchedTopic[]): SessionFetch {
    const before = this.#known;
    this.#known = byTopic(wanted);
    const sessionId = this.#id;
    const sessionEpoch = this.#epoch;
    if (sessionEpoch === FIRST_EPOCH) return { sessionId, sessionEpoch, topics: wanted, forgottenTopics: [] };
    return {
      sessionId,
      sessionEpoch,
      topics: some(wanted, ({ topic, partitions }) => ({
        topic,
        partitions: partitions.filter((one) => !isSame(one, before.get(topic)?.get(one.partition))),
      })),
      forgottenTopics: some([...before], ([topic, partitions]) => ({
        topic,
        partitions: [...partitions.keys()].filter((partition) => !this.#known.get(topic)?.has(partition)),
      })),
    };
  }

  /** The broker has taken it. @param sessionId as in its answer; none: it keeps no session, as older brokers and those with too many do. */
  accepted(sessionId = NO_SESSION): void {
    this.#id = sessionId;
    this.#isRefused = sessionId === NO_SESSION;
    this.#epoch = this.#epoch === LAST_EPOCH ? FIRST_EPOCH + 1 : this.#epoch + 1;
  }

  /** The broker keeps none: it has to be told everything with each fetch. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** What the broker knows is uncertain: the next fetch names everything, and begins a new session. */
  restart(): void {
    this.#epoch = FIRST_EPOCH;
  }
}

const byTopic = (topics: readonly FetchedTopic[]) =>
  new Map(topics.map(({ topic, partitions }) => [topic, new Map(partitions.map((one) => [one.partition, one]))]));

const isSame = (one: FetchedPartition, other: FetchedPartition | undefined): boolean =>
  other !== undefined && one.fetchOffset === other.fetchOffset && one.maxBytes === other.maxBytes;

/** Those topics of which partitions are left. */
const some = <T, R extends { readonly partitions: readonly unknown[] }>(
  topics: readonly T[],
  of: (topic: T) => R,
): R[] => topics.map(of).filter(({ partitions }) => partitions.length > 0);
