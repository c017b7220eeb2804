import { familyOf, hasSchema, splitWireFormat } from '@windlass/contracts';
import { RecordCodec } from '@windlass/messaging';
import type { RejectedRecord } from '../rejected/rejected-record.ts';

/** What bytes mean, or why that cannot be told. */
export type Decoded =
  | { readonly value: unknown; readonly problem: null }
  | { readonly value: null; readonly problem: { readonly code: string; readonly message: string } };

/** Reads the bytes of records as the topic from which they came means them. */
export class RecordDecoder {
  private readonly codec: RecordCodec;
  private readonly prefix: string;

  constructor({ registryUrl, prefix }: { readonly registryUrl: string; readonly prefix: string }) {
    this.codec = new RecordCodec({ registryUrl, prefix });
    this.prefix = prefix;
  }

  async decode({ origin, record: { value } }: Pick<RejectedRecord, 'origin' | 'record'>): Promise<Decoded> {
    const family = origin ? familyOf(this.prefix, origin.topic) : undefined;
    if (family === undefined || !hasSchema(family)) {
      const message = origin
        ? `${origin.topic} has no schema that is known here`
        : 'it does not say from which topic it came';
      return { value: null, problem: { code: 'NO_SCHEMA', message } };
    }
    try {
      const { schemaId, body } = splitWireFormat(value);
      const reader = await this.codec.loadReader(family, schemaId);
      return { value: plain(reader(body)), problem: null };
    } catch (error) {
      const { code = 'UNREADABLE', message } = error as { readonly code?: string; readonly message: string };
      return { value: null, problem: { code, message } };
    }
  }
}

/** As JSON can say it: bytes in hex, numbers that JSON has not as text. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, one]) => [key, plain(one)]));
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
  return value;
}
