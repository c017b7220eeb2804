import { type FileHandle, open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';

const END_BYTES = 22;
const MAX_COMMENT_BYTES = 65_535;
const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;

/** What is wrong with an archive. */
export class ZipError extends Error {}

interface Member {
  readonly method: number;
  readonly packedBytes: number;
  readonly localAt: number;
}

/** The unpacked bytes of a file in a zip archive of less than 4 GiB (PKWARE APPNOTE 4.3). @throws {ZipError}. */
export async function readZipMember(path: string, name: string): Promise<Readable> {
  const file = await open(path);
  try {
    const { method, packedBytes, localAt } = await findMember(file, name);
    const local = await read(file, localAt, LOCAL_BYTES);
    const from = localAt + LOCAL_BYTES + local.readUInt16LE(26) + local.readUInt16LE(28);
    if (packedBytes === 0) return Readable.from([]);
    const packed = file.createReadStream({ start: from, end: from + packedBytes - 1 });
    if (method === STORED) return packed;
    if (method === DEFLATED) return pipeline(packed, createInflateRaw(), () => undefined);
    throw new ZipError(`${name} is packed by method ${method}; only stored and deflated ones can be read`);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function findMember(file: FileHandle, name: string): Promise<Member> {
  const { size } = await file.stat();
  const tail = await read(
    file,
    Math.max(0, size - END_BYTES - MAX_COMMENT_BYTES),
    Math.min(size, END_BYTES + MAX_COMMENT_BYTES),
  );
  let end = tail.length - END_BYTES;
  while (end >= 0 && tail.readUInt32LE(end) !== END) end--;
  if (end < 0) throw new ZipError('it is no zip archive, or is cut off');
  const central = await read(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const names: string[] = [];
  for (let at = 0; at + CENTRAL_BYTES <= central.length && central.readUInt32LE(at) === CENTRAL;) {
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => central.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const found = central.toString('utf8', at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes);
    if (found === name)
      return {
        method: central.readUInt16LE(at + 10),
        packedBytes: central.readUInt32LE(at + 20),
        localAt: central.readUInt32LE(at + 42),
      };
    names.push(found);
    at += CENTRAL_BYTES + nameBytes + extraBytes + commentBytes;
  }
  throw new ZipError(`it holds no ${name}, but: ${names.join(', ')}`);
}

async function read(file: FileHandle, at: number, bytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, at);
  if (bytesRead < bytes) throw new ZipError('it is no zip archive, or is cut off');
  return buffer;
}
