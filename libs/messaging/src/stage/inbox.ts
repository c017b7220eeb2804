/** What the inbox needs of a fetched record. */
export interface FetchedRecord {
  readonly offset: bigint;
  readonly valueBytes: number;
}

export interface InboxOptions {
  readonly topics: readonly string[];
  /** Of one topic's waiting values. */
  readonly limitBytes: number;
  /** Called when a topic has reached its limit, and again when half of it is free. */
  readonly onFull: (topic: string) => void;
  readonly onRoom: (topic: string) => void;
}

/** Some records of one topic, in order. */
export interface TopicRecords<R> {
  readonly topic: string;
  readonly records: readonly R[];
  /** Position after them. */
  readonly nextOffset: bigint;
}

interface Lane<R> {
  readonly topic: string;
  records: R[];
  /** Index of the first record that still waits; the array is cut when it has been emptied. */
  head: number;
  bytes: number;
  full: boolean;
  /** Where the next fetch has to begin. */
  expected: bigint;
  highWatermark: bigint;
}

const noLimit = () => Number.POSITIVE_INFINITY;

const overheadBytes = 200;
const sizeOf = (record: FetchedRecord): number => overheadBytes + record.valueBytes;

/** Records of one partition that wait, one lane per topic. Bounded in bytes; knows where each topic's next fetch begins. */
export class Inbox<R extends FetchedRecord> {
  private readonly options: InboxOptions;
  private readonly lanes: readonly Lane<R>[];
  private turn = 0;

  constructor(options: InboxOptions) {
    this.options = options;
    this.lanes = options.topics.map((topic) => ({
      topic,
      records: [],
      head: 0,
      bytes: 0,
      full: false,
      expected: 0n,
      highWatermark: 0n,
    }));
  }

  /** Drops everything and begins anew at these positions. */
  reset(positions: ReadonlyMap<string, bigint>): void {
    for (const lane of this.lanes) {
      lane.records = [];
      lane.head = 0;
      lane.bytes = 0;
      lane.full = false;
      lane.expected = positions.get(lane.topic) ?? lane.expected;
      lane.highWatermark = lane.expected;
    }
  }

  /**
   * Takes what one fetch brought. False when the fetch did not begin where it had to: then nothing is taken.
   * `lastOffset` counts records that Kafka does not show (transaction markers).
   */
  add(
    topic: string,
    fetch: {
      readonly fetchedOffset: bigint;
      readonly lastOffset: bigint;
      readonly highWatermark: bigint;
      readonly records: readonly R[];
    },
  ): boolean {
    const lane = this.lane(topic);
    if (fetch.fetchedOffset !== lane.expected) return false;
    for (const record of fetch.records) {
      lane.records.push(record);
      lane.bytes += sizeOf(record);
    }
    lane.expected = fetch.lastOffset + 1n;
    lane.highWatermark = fetch.highWatermark;
    if (!lane.full && lane.bytes >= this.options.limitBytes) {
      lane.full = true;
      this.options.onFull(topic);
    }
    return true;
  }

  /**
   * At most so many records and bytes (but at least one record), in equal shares of the topics that have some. `roomFor`: how many of a
   * topic there is room for now; what there is none for stays.
   */
  take(
    limit: { readonly records: number; readonly bytes: number },
    roomFor: (topic: string) => number = noLimit,
  ): TopicRecords<R>[] {
    const waiting = this.lanes.filter((lane) => lane.records.length > lane.head && roomFor(lane.topic) > 0);
    if (waiting.length === 0) return [];
    const first = this.turn++ % waiting.length;
    const lanes = [...waiting.slice(first), ...waiting.slice(0, first)];
    const share = Math.max(1, Math.floor(limit.records / lanes.length));
    const left = { ...limit, any: false };
    const room = lanes.map(({ topic }) => roomFor(topic));
    const counts = lanes.map((lane, index) => count(lane, Math.min(share, room[index]!), left));
    lanes.forEach((lane, index) => {
      const from = counts[index]!;
      counts[index] = from + count(lane, Math.min(left.records, room[index]! - from), left, from);
    });
    return lanes
      .map((lane, index) => ({ lane, records: this.remove(lane, counts[index]!) }))
      .filter(({ records }) => records.length > 0)
      .map(({ lane, records }) => ({ topic: lane.topic, records, nextOffset: records.at(-1)!.offset + 1n }));
  }

  /** Whether nothing waits that there is room for. */
  isEmpty(roomFor: (topic: string) => number = noLimit): boolean {
    return this.lanes.every((lane) => lane.records.length === lane.head || roomFor(lane.topic) <= 0);
  }

  get bytes(): number {
    return this.lanes.reduce((sum, lane) => sum + lane.bytes, 0);
  }

  isFull(topic: string): boolean {
    return this.lane(topic).full;
  }

  expected(topic: string): bigint {
    return this.lane(topic).expected;
  }

  /** Records known to wait: in the inbox, and on the broker as far as the last fetch told. */
  backlog(topic?: string): number {
    return this.lanes
      .filter((lane) => topic === undefined || lane.topic === topic)
      .reduce((sum, lane) => {
        const onBroker = lane.highWatermark > lane.expected ? Number(lane.highWatermark - lane.expected) : 0;
        return sum + lane.records.length - lane.head + onBroker;
      }, 0);
  }

  private remove(lane: Lane<R>, records: number): R[] {
    const removed = lane.records.slice(lane.head, lane.head + records);
    for (const record of removed) lane.bytes -= sizeOf(record);
    lane.head += records;
    if (lane.head === lane.records.length || lane.head > lane.records.length / 2) {
      lane.records = lane.records.slice(lane.head);
      lane.head = 0;
    }
    if (lane.full && lane.bytes <= this.options.limitBytes / 2) {
      lane.full = false;
      this.options.onRoom(lane.topic);
    }
    return removed;
  }

  private lane(topic: string): Lane<R> {
    const lane = this.lanes.find((candidate) => candidate.topic === topic);
    if (!lane) throw new Error(`the inbox has no topic ${topic}`);
    return lane;
  }
}

/** How many records of a lane, after the first `from`, still fit into what is left. */
function count<R extends FetchedRecord>(
  lane: Lane<R>,
  most: number,
  left: { records: number; bytes: number; any: boolean },
  from = 0,
): number {
  let taken = 0;
  while (taken < most && left.records > 0) {
    const record = lane.records[lane.head + from + taken];
    if (!record) break;
    const bytes = record.valueBytes;
    if (left.any && bytes > left.bytes) break;
    left.any = true;
    left.bytes -= bytes;
    left.records--;
    taken++;
  }
  return taken;
}
