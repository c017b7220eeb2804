import { connect } from 'node:net';

/** One request of Kafka's protocol in a form old enough to need no tagged fields. */
export interface KafkaRequest {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly body: Buffer;
}

const CLIENT_ID = Buffer.from('windlass-embedded');
const TIMEOUT_MS = 2_000;
const MAX_RESPONSE_BYTES = 1024 * 1024;

/**
 * Sends one request over a connection of its own to 127.0.0.1 and resolves with a reader behind the response's header.
 * Rejects when the port is closed, the answer is not Kafka's, or none comes within two seconds.
 */
export function askKafka(port: number, request: KafkaRequest): Promise<KafkaReader> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let received = Buffer.alloc(0);
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(TIMEOUT_MS, () => fail(new Error(`no answer on port ${port} within ${TIMEOUT_MS} ms`)));
    socket.once('error', fail);
    socket.once('close', () => reject(new Error(`port ${port} closed the connection`)));
    socket.once('connect', () => socket.write(encode(request)));
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 4) return;
      const size = received.readInt32BE(0);
      if (size < 4 || size > MAX_RESPONSE_BYTES) return fail(new Error(`port ${port} does not speak Kafka's protocol`));
      if (received.length < 4 + size) return;
      socket.destroy();
      resolve(new KafkaReader(received.subarray(8)));
    });
  });
}

/** Reads a response's fields in order; reading past the end throws a RangeError. */
export class KafkaReader {
  #at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  int16(): number {
    return this.#bytes.readInt16BE((this.#at += 2) - 2);
  }

  int32(): number {
    return this.#bytes.readInt32BE((this.#at += 4) - 4);
  }

  /** Null reads as empty. */
  string(): string {
    const length = Math.max(0, this.int16());
    return this.#bytes.toString('utf8', this.#at, (this.#at += length));
  }
}

export function encodeInt32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function encodeString(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([encodeInt16(bytes.length), bytes]);
}

function encodeInt16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

/** Request header version 1: key, version, correlation id, client id. */
function encode({ apiKey, apiVersion, body }: KafkaRequest): Buffer {
  const header = [
    encodeInt16(apiKey),
    encodeInt16(apiVersion),
    encodeInt32(1),
    encodeInt16(CLIENT_ID.length),
    CLIENT_ID,
  ];
  const message = Buffer.concat([...header, body]);
  return Buffer.concat([encodeInt32(message.length), message]);
}
