import type { Cluster } from 'kafkajs';

/** What identifies topics beyond their names: KIP-516 ids, which a topic made anew does not share. */
export interface ClusterMetadata {
  readonly clusterId: string;
  readonly topics: ReadonlyMap<string, { readonly topicId: string; readonly partitions: number }>;
}

interface RawBroker {
  readonly connectionPool: {
    send(call: { request: object; response: object }): Promise<ClusterMetadata>;
  };
}

const apiKey = 3;
/** From Kafka 2.8 on; kafkajs itself stops at 6, which has no topic ids. */
const apiVersion = 12;

/** Asks one broker for the cluster's id and the ids of these topics. A topic that does not exist is absent. */
export async function readClusterMetadata(cluster: Cluster, topics: readonly string[]): Promise<ClusterMetadata> {
  const broker = (await cluster.findControllerBroker()) as unknown as RawBroker;
  const payload = encodeRequest(topics);
  return broker.connectionPool.send({
    request: { apiKey, apiVersion, apiName: 'Metadata', encode: async () => asEncoder(payload) },
    response: { decode: async (bytes: Buffer) => decodeMetadata(bytes), parse: async (data: ClusterMetadata) => data },
  });
}

/** kafkajs appends what has a `buffer`. */
const asEncoder = (buffer: Buffer) => ({ buf: buffer, buffer, size: () => buffer.length });

/** Metadata request, version 12 (KIP-482 encoding): compact arrays count from one, tagged fields are empty. */
function encodeRequest(topics: readonly string[]): Buffer {
  const noTags = Buffer.from([0]);
  const anyId = Buffer.alloc(16);
  const encodedTopics = topics.map((topic) => {
    const name = Buffer.from(topic, 'utf8');
    return Buffer.concat([anyId, unsignedVarint(name.length + 1), name, noTags]);
  });
  const autoCreateAndAuthorized = Buffer.from([0, 0]);
  return Buffer.concat([noTags, unsignedVarint(topics.length + 1), ...encodedTopics, autoCreateAndAuthorized, noTags]);
}

function unsignedVarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}

export function decodeMetadata(bytes: Buffer): ClusterMetadata {
  const reader = new CompactReader(bytes);
  reader.tags();
  reader.skip(4);
  reader.array(() => {
    reader.skip(4);
    reader.text();
    reader.skip(4);
    reader.text();
    reader.tags();
  });
  const clusterId = reader.text() ?? '';
  reader.skip(4);
  const topics = new Map<string, { topicId: string; partitions: number }>();
  reader.array(() => {
    const errorCode = reader.int16();
    const name = reader.text();
    const topicId = reader.take(16).toString('hex');
    reader.skip(1);
    const partitions = reader.array(() => {
      reader.skip(14);
      for (let list = 0; list < 3; list++) reader.array(() => reader.skip(4));
      reader.tags();
    });
    reader.skip(4);
    reader.tags();
    if (errorCode === 0 && name !== null) topics.set(name, { topicId, partitions });
  });
  return { clusterId, topics };
}

class CompactReader {
  private readonly bytes: Buffer;
  private position = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  take(length: number): Buffer {
    this.position += length;
    return this.bytes.subarray(this.position - length, this.position);
  }

  skip(length: number): void {
    this.position += length;
  }

  int16(): number {
    return this.take(2).readInt16BE();
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.position++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  text(): string | null {
    const length = this.varint();
    return length === 0 ? null : this.take(length - 1).toString('utf8');
  }

  array(readItem: () => void): number {
    const items = Math.max(0, this.varint() - 1);
    for (let item = 0; item < items; item++) readItem();
    return items;
  }

  tags(): void {
    for (let tags = this.varint(); tags > 0; tags--) {
      this.varint();
      this.skip(this.varint());
    }
  }
}
