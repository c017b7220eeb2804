import { connect } from 'node:net';

/** What a broker says about its cluster (Kafka protocol, Metadata request version 2 for no topics). */
export interface ClusterMetadata {
  readonly clusterId: string;
  /** Brokers that are alive and unfenced: only they are listed. */
  readonly brokers: readonly { readonly nodeId: number; readonly host: string; readonly port: number }[];
}

const METADATA_API = 3;
const METADATA_VERSION = 2;
const CLIENT_ID = 'windlass-embedded';
const TIMEOUT_MS = 2_000;
const MAX_RESPONSE_BYTES = 65_536;

/** Rejects when the port is closed, the answer is not Kafka's, or none comes within two seconds. */
export function askMetadata(port: number, host = '127.0.0.1'): Promise<ClusterMetadata> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host });
    const chunks: Buffer[] = [];
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(TIMEOUT_MS, () => fail(new Error(`no answer on port ${port} within ${TIMEOUT_MS} ms`)));
    socket.once('error', fail);
    socket.once('close', () => reject(new Error(`port ${port} closed the connection`)));
    socket.once('connect', () => socket.write(metadataRequest()));
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      const received = Buffer.concat(chunks);
      if (received.length < 4) return;
      const size = received.readInt32BE(0);
      if (size < 0 || size > MAX_RESPONSE_BYTES) return fail(new Error(`port ${port} does not speak Kafka's protocol`));
      if (received.length < 4 + size) return;
      socket.destroy();
      try {
        resolve(parseMetadata(received.subarray(4)));
      } catch (cause) {
        reject(new Error(`port ${port} does not speak Kafka's protocol`, { cause }));
      }
    });
  });
}

function metadataRequest(): Buffer {
  const clientId = Buffer.from(CLIENT_ID);
  const body = Buffer.alloc(2 + 2 + 4 + 2 + clientId.length + 4);
  let at = body.writeInt16BE(METADATA_API, 0);
  at = body.writeInt16BE(METADATA_VERSION, at);
  at = body.writeInt32BE(1, at);
  at = body.writeInt16BE(clientId.length, at);
  at += clientId.copy(body, at);
  body.writeInt32BE(0, at);
  const size = Buffer.alloc(4);
  size.writeInt32BE(body.length);
  return Buffer.concat([size, body]);
}

function parseMetadata(response: Buffer): ClusterMetadata {
  let at = 4;
  const int32 = (): number => response.readInt32BE((at += 4) - 4);
  const string = (): string => {
    const length = Math.max(0, response.readInt16BE((at += 2) - 2));
    return response.toString('utf8', at, (at += length));
  };
  const brokers = Array.from({ length: int32() }, () => {
    const broker = { nodeId: int32(), host: string(), port: int32() };
    string();
    return broker;
  });
  return { clusterId: string(), brokers };
}
