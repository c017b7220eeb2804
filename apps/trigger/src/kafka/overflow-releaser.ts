import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { errorHeaderNames, headerNames } from '@windlass/contracts';
import {
  HubPublisher,
  HubTopicMap,
  readPartition,
  type EncodedMessage,
  type Hub,
  type KafkaConnection,
  type Log,
  type StoredRecord,
} from '@windlass/messaging';
import type { ParkedSource } from '../overflow/parking.ts';
import { wordSignal, type ReleaseWord } from '../overflow/release-word.ts';
import type { ParkedReader } from '../ports.ts';

export interface OverflowReleaserParts {
  readonly kafka: KafkaConnection;
  readonly registryUrl: string;
  readonly hub: Hub;
  readonly reader: ParkedReader;
  readonly log: Log;
}

/** Records of a released source that may be ahead of the trigger: others wait behind no more than these. */
const CHUNK_RECORDS = 500;
/** Fewer than these in one reading: the release is near enough to end. */
const NEAR_RECORDS = 1_000;
/** Clocks of broker and trigger may differ by so much. */
const CLOCK_MARGIN_MS = 10 * 60_000;
const POLL_MS = 20;
/** The trigger has not taken what was sent for so long: the release is given up, and can be begun again. */
const PATIENCE_MS = 10 * 60_000;
/** How long the word that ends a release is waited for before it is tried anew. */
const END_MS = 10_000;

/**
 * Brings back what is parked of a source: its records are sent to the signals topic again, in order, and when nothing is left but what the
 * partition's owner holds itself (see `Tail`), the source is parked no more. What was interrupted goes on where it was when it is
 * begun again; two releases of one source are no harm. Only from `releasedOffset` on anything is sent, and taken.
 */
export class OverflowReleaser {
  private readonly parts: OverflowReleaserParts;
  private readonly topics: HubTopicMap;
  private readonly publisher: HubPublisher;
  private readonly running = new Map<string, Promise<void>>();
  private readonly closed = new AbortController();
  private connected: Promise<void> | undefined;

  constructor(parts: OverflowReleaserParts) {
    this.parts = parts;
    this.topics = new HubTopicMap(parts.hub);
    this.publisher = new HubPublisher({ ...parts, source: 'trigger', families: ['signals'] });
  }

  /** Begins, unless this instance is at it already. */
  begin(parked: ParkedSource): void {
    const { source } = parked;
    if (this.running.has(source)) return;
    const { log } = this.parts;
    const run = this.release(parked)
      .then((sent) => log.info({ source, sent }, 'a parked source is released'))
      .catch((error: unknown) => {
        if (!this.closed.signal.aborted) log.error({ source, err: error }, 'a release is interrupted; begin it again');
      })
      .finally(() => this.running.delete(source));
    this.running.set(source, run);
  }

  async close(): Promise<void> {
    this.closed.abort();
    await Promise.all(this.running.values());
    await this.publisher.close();
  }

  /** @returns how many records were sent. */
  private async release(parked: ParkedSource): Promise<number> {
    await (this.connected ??= this.publisher.connect().catch((error: unknown) => {
      this.connected = undefined;
      throw error;
    }));
    const way = new ReleaseWay(parked, {
      ...this.parts,
      topics: this.topics,
      publisher: this.publisher,
      signal: this.closed.signal,
    });
    await way.go();
    return way.sent;
  }
}

interface WayParts extends OverflowReleaserParts {
  readonly topics: HubTopicMap;
  readonly publisher: HubPublisher;
  readonly signal: AbortSignal;
}

/** One release of one source. */
class ReleaseWay {
  sent = 0;
  private readonly parked: ParkedSource;
  private readonly parts: WayParts;
  private readonly partition: number;
  /** Of the last record that was sent, its offset when it was parked. */
  private last: bigint;
  private from: { readonly offset: bigint } | { readonly timestampMs: number };

  constructor(parked: ParkedSource, parts: WayParts) {
    this.parked = parked;
    this.parts = parts;
    this.partition = parts.topics.partitionOfKey('signals', parked.source);
    this.last = parked.releasedOffset;
    this.from = { timestampMs: parked.sinceUs / 1000 - CLOCK_MARGIN_MS };
  }

  async go(): Promise<void> {
    while ((await this.drain()) >= NEAR_RECORDS);
    for (;;) {
      const id = randomUUID();
      await this.say({ kind: 'begin', id });
      const begun = await this.until((parked) => parked === null || parked.releaseId === id, PATIENCE_MS);
      if (begun === null) return;
      // What is parked from now on the owner holds itself; what was parked before may be on its way to the overflow topic still.
      while ((await this.drain()) >= NEAR_RECORDS || this.last < begun.requiredOffset!) await this.rest();
      await this.say({ kind: 'end', id, upTo: this.last });
      const ended = await this.until((parked) => parked === null, END_MS).catch(giveUp);
      if (ended === null) return;
    }
  }

  /** Sends what lies on the overflow topic by now. @returns how many records that were. */
  private async drain(): Promise<number> {
    const { kafka, hub, topics, signal, log } = this.parts;
    const before = this.sent;
    const offset = await readPartition({
      kafka,
      prefix: hub.prefix,
      topic: topics.names.overflow,
      partition: this.partition % topics.partitionsOf('overflow'),
      from: this.from,
      each: (records) => this.sendAgain(records),
      signal,
      log,
    });
    this.from = { offset };
    return this.sent - before;
  }

  private async sendAgain(records: readonly StoredRecord[]): Promise<void> {
    const messages: EncodedMessage[] = [];
    for (const record of records) {
      const offset = this.parkedAt(record);
      if (offset === null || offset <= this.last) continue;
      this.last = offset;
      messages.push({
        topic: this.parts.topics.names.signals,
        partition: this.partition,
        key: record.key,
        value: record.value,
        headers: { ...withoutReason(record.headers), [headerNames.released]: String(offset) },
      });
      if (messages.length === CHUNK_RECORDS) await this.sendChunk(messages.splice(0));
    }
    if (messages.length > 0) await this.sendChunk(messages);
  }

  private async sendChunk(messages: readonly EncodedMessage[]): Promise<void> {
    await this.parts.publisher.forward(messages, this.parts.signal);
    this.sent += messages.length;
    const upTo = this.last;
    const found = await this.until((parked) => parked === null || parked.releasedOffset >= upTo, PATIENCE_MS);
    if (found === null) throw new Error(`${this.parked.source} was released by someone else meanwhile`);
  }

  /** Null: it is not a parked record of this source. */
  private parkedAt({ key, headers }: StoredRecord): bigint | null {
    const offset = headers[errorHeaderNames.offset];
    return key?.toString('utf8') === this.parked.source && offset !== undefined ? BigInt(offset.toString()) : null;
  }

  private say(word: ReleaseWord): Promise<void> {
    const { source } = this.parked;
    const { value, headers } = wordSignal(source, word, Date.now() * 1000);
    const message = { topic: this.parts.topics.names.signals, family: 'signals', key: source, value, headers };
    return this.parts.publisher.publish([message], this.parts.signal);
  }

  /** The row once it is as asked; null: the source is not parked any more, or anew. */
  private async until(
    isSo: (parked: ParkedSource | null) => boolean,
    deadlineMs: number,
  ): Promise<ParkedSource | null> {
    const endMs = Date.now() + deadlineMs;
    for (;;) {
      const found = await this.parts.reader.parked(this.parked.source);
      const parked = found?.firstOffset === this.parked.firstOffset ? found : null;
      if (isSo(parked)) return parked;
      if (Date.now() > endMs)
        throw new ReleaseStuckError(
          `the trigger has not taken what was sent of ${this.parked.source} for ${deadlineMs} ms`,
        );
      await this.rest();
    }
  }

  private rest(): Promise<void> {
    return pause(POLL_MS, undefined, { signal: this.parts.signal });
  }
}

class ReleaseStuckError extends Error {
  readonly code = 'RELEASE_STUCK';
}

/** The end was not near enough, or the partition has another owner: the release begins another round. */
function giveUp(error: unknown): undefined {
  if (error instanceof ReleaseStuckError) return undefined;
  throw error;
}

const reasons: ReadonlySet<string> = new Set(Object.values(errorHeaderNames));

const withoutReason = (headers: StoredRecord['headers']): Record<string, string | Buffer> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !reasons.has(name)));
