import { slotOf } from '@windlass/contracts';
import { headerOf } from '@windlass/kafkajs-tuned';
import type { KafkaMessage } from 'kafkajs';
import type { StoredRecord } from '../partition-reader.ts';
import type { InboundRecord } from './handler.ts';

const noKey = Buffer.alloc(0);

type RawHeaders = NonNullable<KafkaMessage['headers']>;

/** A fetched record. Key, slot and headers are read when asked for; the value is set once it is decoded. */
export class StageRecord implements InboundRecord {
  readonly kind = 'record';
  readonly family: string;
  readonly topic: string;
  readonly partition: number;
  readonly message: KafkaMessage;
  value: unknown = undefined;
  private text: string | undefined;
  private slotNumber = -1;
  private texts: Record<string, string> | undefined;

  constructor(
    source: { readonly family: string; readonly topic: string; readonly partition: number },
    message: KafkaMessage,
  ) {
    this.family = source.family;
    this.topic = source.topic;
    this.partition = source.partition;
    this.message = message;
  }

  get offset(): bigint {
    return BigInt(this.message.offset);
  }

  get key(): string {
    return (this.text ??= this.message.key?.toString('utf8') ?? '');
  }

  get slot(): number {
    if (this.slotNumber < 0) this.slotNumber = slotOf(this.message.key ?? noKey);
    return this.slotNumber;
  }

  get headers(): Readonly<Record<string, string>> {
    if (!this.texts) {
      this.texts = {};
      for (const name in this.message.headers) this.texts[name] = textOf(this.message.headers[name]);
    }
    return this.texts;
  }

  get timestampUs(): number {
    return Number(this.message.timestamp) * 1000;
  }

  get valueBytes(): number {
    return this.message.value?.length ?? 0;
  }

  get keyBytes(): Buffer | null {
    return this.message.key;
  }

  get valueBuffer(): Buffer | null {
    return this.message.value;
  }

  header(name: string): string | undefined {
    const value = headerOf(this.message, name);
    return value?.toString();
  }

  stored(): StoredRecord {
    return { offset: this.offset, key: this.keyBytes, value: this.valueBuffer, headers: this.rawHeaders() };
  }

  /** Headers as they came; of a name that came twice, the last. */
  rawHeaders(): Record<string, string | Buffer> {
    const raw: Record<string, string | Buffer> = {};
    for (const name in this.message.headers) raw[name] = lastOf(this.message.headers[name]);
    return raw;
  }
}

const lastOf = (value: RawHeaders[string]): string | Buffer => (Array.isArray(value) ? value.at(-1) : value) ?? '';
const textOf = (value: RawHeaders[string]): string => lastOf(value).toString();
