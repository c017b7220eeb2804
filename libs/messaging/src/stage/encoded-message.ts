/** A message as it goes to Kafka: everything decided, bytes final, the same however often it is sent. */
export interface EncodedMessage {
  readonly topic: string;
  readonly partition: number;
  readonly key: string | Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string | Buffer>>;
}

const headerOverheadBytes = 8;

/** Roughly what the message takes in a record batch. */
export function messageBytes({ key, value, headers }: EncodedMessage): number {
  let bytes = 32 + (key?.length ?? 0) + (value?.length ?? 0);
  for (const name in headers) bytes += name.length + headers[name]!.length + headerOverheadBytes;
  return bytes;
}
