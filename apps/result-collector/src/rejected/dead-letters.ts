import type { HubTopicMap } from '@windlass/messaging';
import type { Decide, RejectedQuery, RejectedStore, Send, Settled } from './ports.ts';
import { isRefusal, redriveOf } from './redrive.ts';
import { settledBefore, type Kept, type Settlement } from './settlement.ts';

/** What somebody wants done about dead letters. */
export interface Order extends Settlement {
  /** Also when something was done before. */
  readonly again: boolean;
  /** Only told. */
  readonly isDry: boolean;
}

/** How far a command about many has come, as `seq`s. What was refused after it began is none of its business. */
export interface Progress {
  readonly after: number;
  readonly upTo: number;
}

export interface Round {
  readonly settled: readonly Settled[];
  /** Null: that was all. */
  readonly next: Progress | null;
}

export interface DeadLettersParts {
  readonly store: RejectedStore;
  readonly topics: HubTopicMap;
  /** Resolves when Kafka has them all. */
  readonly send: Send;
}

/** Of one round: one transaction, one lot of messages. */
const MAX_ROUND_RECORDS = 200;
const MAX_ROUND_BYTES = 8 * 1024 * 1024;

/** Sends dead letters again, or drops them: each at most once, unless it is asked for again. */
export class DeadLetters {
  private readonly parts: DeadLettersParts;
  private last: Promise<unknown> = Promise.resolve();

  constructor(parts: DeadLettersParts) {
    this.parts = parts;
  }

  /** Undefined: there is no such record. @throws what `send` throws; nothing was done then. */
  async one(id: string, order: Order): Promise<Settled | undefined> {
    return (await this.settle([id], order))[0];
  }

  /** Those that are open, in the order in which they came, a round at a time. @throws as {@link one}. */
  async all(query: RejectedQuery, order: Order, progress?: Progress): Promise<Round> {
    const { store } = this.parts;
    const { after, upTo } = progress ?? { after: 0, upTo: await store.lastSeq() };
    const page = { ...query, state: 'OPEN' as const, keptOn: 'dlq' as const, after, upTo, limit: MAX_ROUND_RECORDS };
    const found = fitting(await store.find(page));
    const last = found.at(-1);
    if (!last) return { settled: [], next: null };
    const settled = await this.settle(
      found.map(({ rejected }) => rejected.id),
      order,
    );
    return { settled, next: last.seq < upTo ? { after: last.seq, upTo } : null };
  }

  private settle(ids: readonly string[], order: Order): Promise<readonly Settled[]> {
    const { store, topics, send } = this.parts;
    // One after the other: those that wait for Kafka, or for each other, would take the connections of all queries.
    const settled = this.last.then(() => store.settle(ids, decisionOf(topics, order), order.isDry ? null : send));
    this.last = settled.catch(() => undefined);
    return settled;
  }
}

/** One at least. */
function fitting(found: readonly Kept[]): readonly Kept[] {
  let bytes = 0;
  const end = found.findIndex(({ valueBytes }, index) => (bytes += valueBytes) > MAX_ROUND_BYTES && index > 0);
  return end < 0 ? found : found.slice(0, end);
}

const decisionOf =
  (topics: HubTopicMap, { kind, by, why, atUs, again }: Order): Decide =>
  (kept) => {
    const settlement = { kind, by, why, atUs };
    if (kind === 'DROPPED') return settledBefore(kept, false) ?? { settlement, message: null };
    const message = redriveOf(topics, kept, settlement);
    if (isRefusal(message)) return message;
    return settledBefore(kept, again) ?? { settlement, message };
  };
