import { v8Value } from './codec.ts';
import type { Owner, VirtualTime } from './virtual-time.ts';

export interface LogRecord {
  readonly key: Buffer;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer>>;
  readonly timestampMs: number;
}

interface SentMessages {
  readonly topicMessages?: readonly {
    readonly topic: string;
    readonly messages: readonly {
      readonly partition?: number;
      readonly key?: unknown;
      readonly value: unknown;
      readonly headers?: object;
    }[];
  }[];
}

/** Topics in memory: what was appended stays, in order, in its partition. */
export class SimulatedKafka {
  readonly partitions: number;
  private readonly time: VirtualTime;
  private readonly logs = new Map<string, LogRecord[][]>();

  constructor(time: VirtualTime, partitions: number) {
    this.time = time;
    this.partitions = partitions;
  }

  log(topic: string, partition: number): LogRecord[] {
    let ofTopic = this.logs.get(topic);
    if (!ofTopic) this.logs.set(topic, (ofTopic = []));
    return (ofTopic[partition] ??= []);
  }

  append(topic: string, partition: number, record: Omit<LogRecord, 'timestampMs'>): void {
    this.log(topic, partition).push({ ...record, timestampMs: Math.floor(this.time.nowUs / 1000) });
  }

  /** All values of a topic, partition after partition. */
  values(topic: string): unknown[] {
    return Array.from({ length: this.partitions }, (_, partition) => this.log(topic, partition))
      .flat()
      .map(({ value }) => v8Value(value!.subarray(5)));
  }

  /** What a process sends by; a send that fails may have been taken all the same. */
  producerOf(owner: Owner) {
    const failure = (): Error =>
      Object.assign(new Error('the connection to the broker broke'), { type: 'NETWORK_EXCEPTION' });
    return {
      sendBatch: (batch: SentMessages) =>
        this.time.step(owner, { kind: 'send', failure, effect: () => (this.take(batch), []) }),
    };
  }

  private take({ topicMessages = [] }: SentMessages): void {
    for (const { topic, messages } of topicMessages)
      for (const { partition = 0, key, value, headers } of messages)
        this.append(topic, partition, {
          key: toBytes(key as string | Buffer),
          value: value as Buffer | null,
          headers: Object.fromEntries(
            Object.entries(headers ?? {}).map(([name, text]) => [name, toBytes(text as string)]),
          ),
        });
  }
}

const toBytes = (text: string | Buffer): Buffer => (typeof text === 'string' ? Buffer.from(text) : Buffer.from(text));
