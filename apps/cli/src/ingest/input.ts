import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline, Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { IngestError } from './ingest-error.ts';

/** Bytes to read, plain whatever they were. */
export interface Input {
  /** `stdin` for `-`. */
  readonly name: string;
  readonly content: Readable;
  /** Bytes of the file as it lies there; null: nobody knows. */
  readonly sizeBytes: number | null;
  /** Bytes of the file as it lies there that have been read. */
  readBytes(): number;
  /** Ends reading: whoever reads `content` fails. */
  close(): void;
}

const GZIP_MAGIC = [0x1f, 0x8b] as const;
const CHUNK_BYTES = 256 * 1024;

/**
 * Opens a file, or standard input for `-`. What begins as gzip does is unpacked, whatever its name. `fromByte` counts plain bytes: a
 * plain file is read from there, a packed one is unpacked up to there. @throws {IngestError} BAD_FILE.
 */
export async function openInput(path: string, fromByte = 0): Promise<Input> {
  if (path === '-') return openStdin();
  const isPacked = await isGzip(path);
  const { size } = await stat(path);
  const start = isPacked ? 0 : fromByte;
  const raw = createReadStream(path, { start, highWaterMark: CHUNK_BYTES });
  const content = isPacked ? connected(raw, createGunzip(), skipping(fromByte)) : raw;
  return {
    name: path,
    content,
    sizeBytes: size,
    readBytes: () => start + raw.bytesRead,
    close: () => content.destroy(),
  };
}

/** @throws {IngestError} BAD_FILE. */
export async function isGzip(path: string): Promise<boolean> {
  const file = await open(path).catch((cause: Error) => {
    throw new IngestError('BAD_FILE', `cannot read ${path}: ${cause.message}`, { cause });
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(GZIP_MAGIC.length), 0, GZIP_MAGIC.length, 0);
    return bytesRead === GZIP_MAGIC.length && beginsAsGzip(buffer);
  } catch (cause) {
    throw new IngestError('BAD_FILE', `cannot read ${path}: ${(cause as Error).message}`, { cause });
  } finally {
    await file.close();
  }
}

const beginsAsGzip = (bytes: Buffer): boolean => GZIP_MAGIC.every((byte, at) => bytes[at] === byte);

async function openStdin(): Promise<Input> {
  const chunks = (process.stdin as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  const first = await chunks.next();
  let bytes = 0;
  const raw = Readable.from(
    (async function* () {
      for (let chunk = first; !chunk.done; chunk = await chunks.next()) {
        bytes += chunk.value.length;
        yield chunk.value;
      }
    })(),
    { objectMode: false },
  );
  const content = !first.done && beginsAsGzip(first.value) ? connected(raw, createGunzip()) : raw;
  return {
    name: 'stdin',
    content,
    sizeBytes: null,
    readBytes: () => bytes,
    close: () => {
      content.destroy();
      process.stdin.destroy();
    },
  };
}

/** An error of any is an error of the last; when that is closed, so are all. */
function connected(...streams: [Readable, ...Transform[]]): Readable {
  return pipeline(streams, () => undefined) as unknown as Readable;
}

function skipping(bytes: number): Transform {
  let left = bytes;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const skipped = Math.min(left, chunk.length);
      left -= skipped;
      done(null, chunk.subarray(skipped));
    },
  });
}
