import { createAdmin, type HubTopicMap, type KafkaConnection, type Log } from '@windlass/messaging';
import type { Measures } from '../measures.ts';
import type { RejectedStore } from '../rejected/ports.ts';

export interface RejectedTenderParts {
  readonly kafka: KafkaConnection;
  readonly topics: HubTopicMap;
  readonly store: Pick<RejectedStore, 'open' | 'forget'>;
  readonly measures: Pick<Measures, 'open'>;
  readonly log: Log;
}

const COUNT_MS = 15_000;
const FORGET_MS = 3_600_000;

/** Counts dead letters that are open, and forgets records that Kafka no longer has: what is kept is what can be read there too. */
export class RejectedTender {
  private readonly parts: RejectedTenderParts;
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(parts: RejectedTenderParts) {
    this.parts = parts;
  }

  start(): void {
    const { store, measures } = this.parts;
    const count = () => this.told('open dead letters were not counted', async () => measures.open(await store.open()));
    const forget = () => this.told('dead letters that Kafka deleted were not forgotten', () => this.forget());
    this.timers.push(
      setInterval(() => void count(), COUNT_MS),
      setInterval(() => void forget(), FORGET_MS),
    );
    void count();
  }

  stop(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  /** Once. @throws what Kafka and the store throw. */
  async forget(): Promise<void> {
    const { kafka, topics, store, log } = this.parts;
    const admin = createAdmin(kafka, log);
    await admin.connect();
    try {
      for (const keptOn of ['dlq', 'late'] as const) {
        const ranges = await admin.fetchTopicOffsets(topics.names[keptOn]);
        await store.forget(keptOn, new Map(ranges.map(({ partition, low }) => [partition, low])));
      }
    } finally {
      await admin.disconnect();
    }
  }

  private async told(what: string, attempt: () => Promise<void>): Promise<void> {
    await attempt().catch((error: unknown) => this.parts.log.warn({ err: error }, what));
  }
}
