import { describe, expect, it } from '@jest/globals';
import { headerNames, slotOf, topicNames } from '@windlass/contracts';
import type { InboundRecord, StageInput, StageTransaction } from '@windlass/messaging';
import fc from 'fast-check';
import { Overflow } from './overflow.ts';
import type { ParkedSource } from './parking.ts';
import { textOfWord, type ReleaseWord } from './release-word.ts';

const FLOOD = 'flood';
const CALM = 'calm';

const NOT_DECODED = 'not decoded';

const recordOf = (offset: number, key: string, value: unknown, headers: Record<string, string>): InboundRecord => ({
  kind: 'record',
  family: 'signals',
  topic: 't.signals.v1',
  partition: 0,
  offset: BigInt(offset),
  key,
  slot: slotOf(key),
  value,
  headers,
  timestampUs: 0,
  valueBytes: 1,
});

/** One partition of the trigger with its topics, as far as parking sees it; time stands still, so that a burst is never refilled. */
class Hub {
  readonly topic: InboundRecord[] = [];
  readonly overflow: InboundRecord[] = [];
  readonly seen: string[] = [];
  readonly notices: string[] = [];
  stored: readonly ParkedSource[] = [];
  position = 0;
  private serial = 0;
  private readonly parts = {
    topics: topicNames('t'),
    registry: { source: (name: string) => ({ name, kind: 'unknown', groups: [], labels: {} }) },
    store: {
      load: () => Promise.resolve(this.stored),
      write: (_tx: StageTransaction, rows: readonly ParkedSource[]) => {
        const changed = new Map([...this.stored, ...rows].map((row) => [row.source, row]));
        this.stored = [...changed.values()];
        return Promise.resolve();
      },
    },
    limit: { perSecond: 1, burst: 3 },
  };
  private trigger = new Overflow(this.parts);

  get parked(): ParkedSource | undefined {
    return this.stored.find(({ source, releasedAtUs }) => source === FLOOD && releasedAtUs === null);
  }

  put(key: string, value: unknown, headers: Record<string, string> = {}): void {
    this.topic.push(recordOf(this.topic.length, key, value, headers));
  }

  send(key: string, count: number): void {
    for (let n = 0; n < count; n++) this.put(key, `${key} ${this.serial++}`);
  }

  async restart(): Promise<void> {
    this.trigger.release(0);
    await this.trigger.acquire(0);
  }

  /** As the stage does: what is diverted never reaches the handler. A commit that fails leaves nothing but the records. */
  async batch(count: number, isCommitted = true): Promise<void> {
    const records = this.topic.slice(this.position, this.position + count);
    const diverted: InboundRecord[] = [];
    const inputs: InboundRecord[] = [];
    for (const record of records) {
      const header = (name: string) => record.headers[name];
      const fetched = { ...record, header, value: NOT_DECODED };
      if (this.trigger.diverts(fetched)) diverted.push(record);
      else inputs.push(Object.assign(fetched, { value: record.value }));
    }
    const sifted = this.trigger.sift({ partition: 0, nowUs: 7, inputs, backlogRecords: 0 });
    if (!isCommitted) return this.restart();
    await sifted.write?.({} as StageTransaction);
    this.position += records.length;
    const valueOf = (input: StageInput) => String((input as InboundRecord).value);
    this.seen.push(...sifted.inputs.map(valueOf));
    this.overflow.push(...sifted.rejected.map(({ record }) => record), ...diverted);
    this.notices.push(...sifted.messages.map(({ value }) => (value as { kind: string }).kind));
  }
}

/** What the releaser does, cut into steps that may lie as far apart as they like. */
class Release {
  private readonly hub: Hub;
  private readonly id: string;
  private last: bigint;
  private begun = false;

  constructor(hub: Hub, id: string) {
    this.hub = hub;
    this.id = id;
    this.last = hub.parked!.releasedOffset;
  }

  /** @returns whether there is nothing more to do for this one. */
  step(count: number): boolean {
    const { hub } = this;
    const next = hub.overflow.filter(({ key, offset }) => key === FLOOD && offset > this.last).slice(0, count);
    for (const { value, offset } of next) {
      if (offset <= this.last) continue;
      hub.put(FLOOD, value, { [headerNames.released]: String(offset) });
      this.last = offset;
    }
    if (next.length > 0) return false;
    if (!this.begun) this.say({ kind: 'begin', id: this.id });
    else if (hub.parked?.releaseId === this.id && this.last >= hub.parked.requiredOffset!) {
      this.say({ kind: 'end', id: this.id, upTo: this.last });
      return true;
    }
    this.begun = true;
    return false;
  }

  private say(word: ReleaseWord): void {
    this.hub.put(FLOOD, 'word', { [headerNames.release]: textOfWord(word) });
  }
}

const act = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('send' as const), count: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('batch' as const), count: fc.integer({ min: 1, max: 12 }) }) },
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('release' as const), count: fc.integer({ min: 1, max: 30 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('fail' as const), count: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const), count: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const), count: fc.constant(0) }) },
);

describe('overflow', () => {
  const begin = async () => {
    const hub = new Hub();
    await hub.restart();
    return hub;
  };

  it('parks from the signal that is one too many, and nobody else', async () => {
    const hub = await begin();
    hub.send(FLOOD, 5);
    hub.send(CALM, 2);
    hub.send(FLOOD, 1);
    await hub.batch(4);
    await hub.batch(100);
    expect(hub.seen).toEqual(['flood 0', 'flood 1', 'flood 2', 'calm 5', 'calm 6']);
    expect(hub.overflow.map(({ value }) => value)).toEqual(['flood 3', 'flood 4', 'flood 7']);
    expect(hub.notices).toEqual(['SOURCE_PARKED']);
    expect(hub.parked).toMatchObject({ signals: 4, spanUs: 0, firstOffset: 3n, releasedOffset: 2n });
  });

  it('counts no watermark that the hub has written of a source, but those that the source sends', async () => {
    const hub = await begin();
    hub.send(FLOOD, 3);
    hub.put(FLOOD, { phase: 'WATERMARK', cause: 'idle' });
    await hub.batch(100);
    expect(hub.parked).toBeUndefined();
    hub.put(FLOOD, { phase: 'WATERMARK', cause: null });
    await hub.batch(100);
    expect(hub.parked).toMatchObject({ signals: 4, firstOffset: 4n });
  });

  it('takes no release at its word that has not read all that was parked before it began, or is not the last', async () => {
    const hub = await begin();
    hub.send(FLOOD, 6);
    await hub.batch(100);
    const say = async (word: ReleaseWord) => {
      hub.put(FLOOD, 'word', { [headerNames.release]: textOfWord(word) });
      await hub.batch(100);
    };
    await say({ kind: 'begin', id: 'first' });
    await say({ kind: 'end', id: 'first', upTo: 4n });
    await say({ kind: 'end', id: 'other', upTo: 5n });
    expect(hub.parked).toMatchObject({ releaseId: 'first', requiredOffset: 5n });
    await say({ kind: 'end', id: 'first', upTo: 5n });
    expect(hub.parked).toBeUndefined();
    expect(hub.notices).toEqual(['SOURCE_PARKED', 'SOURCE_RELEASED']);
  });

  it('lets every signal through once, in order, wherever batches, restarts and failures lie, and however often a release is begun', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 100, maxLength: 300, size: 'max' }), async (acts) => {
        const hub = await begin();
        let releases: Release[] = [];
        let ids = 0;
        hub.send(FLOOD, 6);
        for (const { kind, count } of acts) {
          if (kind === 'send') hub.send(FLOOD, count);
          if (kind === 'batch') await hub.batch(count);
          if (kind === 'fail') await hub.batch(count, false);
          if (kind === 'restart') await hub.restart();
          if (kind === 'forget') releases = releases.slice(1);
          if (kind === 'release') {
            if (hub.parked && releases.length < 2) releases.push(new Release(hub, `release-${ids++}`));
            releases = releases.filter((one, n) => n !== count % releases.length || !one.step(count));
          }
        }
        for (let round = 0; round < 50 && (hub.position < hub.topic.length || hub.parked); round++) {
          while (hub.position < hub.topic.length) await hub.batch(5);
          if (!hub.parked) continue;
          const last = new Release(hub, `last-${round}`);
          while (!last.step(7)) while (hub.position < hub.topic.length) await hub.batch(5);
        }
        const sent = hub.topic.filter(({ headers }) => Object.keys(headers).length === 0).map(({ value }) => value);
        expect(hub.seen).toEqual(sent);
        expect(hub.parked).toBeUndefined();
        expect(hub.notices).toEqual(hub.notices.map((_, n) => (n % 2 === 0 ? 'SOURCE_PARKED' : 'SOURCE_RELEASED')));
      }),
      { numRuns: 400 },
    );
  });
});
