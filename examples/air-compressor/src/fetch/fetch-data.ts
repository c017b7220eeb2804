import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readZipMember } from './zip-member.ts';

export interface FetchOptions {
  readonly url: string;
  /** The file wanted from the zip archive at `url`. */
  readonly member: string;
  readonly sha256: string;
  /** Where the file shall be. */
  readonly target: string;
  readonly onProgress: (bytes: number, ofBytes: number | null) => void;
}

/** Fetches and unpacks; what is at `target` afterwards has this checksum. False: it was there already. */
export async function fetchData({ url, member, sha256, target, onProgress }: FetchOptions): Promise<boolean> {
  if (existsSync(target)) return false;
  mkdirSync(dirname(target), { recursive: true });
  const [archive, unpacked] = [`${target}.zip.part`, `${target}.part`];
  try {
    const response = await fetch(url);
    if (!response.ok || response.body === null) throw new Error(`${url} answers with HTTP ${response.status}`);
    const length = Number(response.headers.get('content-length')) || null;
    await pipeline(
      Readable.fromWeb(response.body),
      counting((bytes) => onProgress(bytes, length)),
      createWriteStream(archive),
    );
    const hash = createHash('sha256');
    await pipeline(await readZipMember(archive, member), hashing(hash), createWriteStream(unpacked));
    const found = hash.digest('hex');
    if (found !== sha256)
      throw new Error(
        `${member} is not the file that this example was written for: its SHA-256 is ${found}, not ${sha256}`,
      );
    await rename(unpacked, target);
    return true;
  } finally {
    await Promise.all([archive, unpacked].map((path) => rm(path, { force: true })));
  }
}

function counting(onBytes: (bytes: number) => void): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      onBytes((bytes += chunk.length));
      done(null, chunk);
    },
  });
}

const hashing = (hash: ReturnType<typeof createHash>): Transform =>
  new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
