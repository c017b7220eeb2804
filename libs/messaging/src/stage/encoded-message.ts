import { CopiedHeaders } from '@windlass/kafkajs-tuned';

interface ToSend<Headers> {
  readonly topic: string;
  readonly partition: number;
  readonly key: string | Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
}

/** A message as it goes to Kafka: everything decided, bytes final, the same however often it is sent. */
export type EncodedMessage = ToSend<Readonly<Record<string, string | Buffer>>>;

/** A record as it came, for another topic. */
export type CopiedMessage = ToSend<CopiedHeaders>;

export type SendableMessage = EncodedMessage | CopiedMessage;

const headerOverheadBytes = 8;

/** Roughly what the message takes in a record batch. */
export function messageBytes({ key, value, headers }: SendableMessage): number {
  let bytes = 32 + (key?.length ?? 0) + (value?.length ?? 0);
  if (headers instanceof CopiedHeaders) return bytes + headers.byteLength;
  for (const name in headers) bytes += name.length + headers[name]!.length + headerOverheadBytes;
  return bytes;
}

/** Headers by name; of a name that came twice, the last. */
export const headersOf = ({ headers }: SendableMessage): Readonly<Record<string, string | Buffer>> =>
  headers instanceof CopiedHeaders ? headers.read() : headers;
