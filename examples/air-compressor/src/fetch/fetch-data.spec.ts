import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fetchData } from './fetch-data.ts';

/** A zip archive with these files: the first stored, the others deflated. */
function zipOf(files: Readonly<Record<string, string>>): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let at = 0;
  for (const [index, [name, text]] of Object.entries(files).entries()) {
    const content = Buffer.from(text);
    const packed = index === 0 ? content : deflateRawSync(content);
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(index === 0 ? 0 : 8, 4);
    head.writeUInt32LE(crc32(content), 10);
    head.writeUInt32LE(packed.length, 14);
    head.writeUInt32LE(content.length, 18);
    head.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), head, Buffer.from(name), packed]);
    const where = Buffer.alloc(14);
    where.writeUInt32LE(at, 10);
    centrals.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\u0000'), head, where, Buffer.from(name)]));
    locals.push(local);
    at += local.length;
  }
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 0, 'latin1');
  end.writeUInt16LE(centrals.length, 8);
  end.writeUInt16LE(centrals.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, central, end]);
}

const text = 'a,b\n1,2\n'.repeat(50_000);
const sha256 = createHash('sha256').update(text).digest('hex');
const archive = zipOf({ 'stored.csv': text, 'packed.csv': text, 'notes.txt': 'x' });

let folder: string;
let server: Server;
let body = archive;
beforeEach(async () => {
  body = archive;
  folder = mkdtempSync(join(tmpdir(), 'windlass-fetch-'));
  server = createServer((request, response) =>
    request.url === '/data.zip' ? response.end(body) : response.writeHead(404).end(),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.close();
  await once(server, 'close');
  rmSync(folder, { recursive: true });
});

const fetching = (member: string, path = 'data.zip') =>
  fetchData({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`,
    member,
    sha256,
    target: join(folder, 'data.csv'),
    onProgress: () => undefined,
  });

describe('fetching the recording', () => {
  it.each(['stored.csv', 'packed.csv'])('leaves %s of the archive, once', async (member) => {
    expect(await fetching(member)).toBe(true);
    expect(readdirSync(folder)).toEqual(['data.csv']);
    expect(readFileSync(join(folder, 'data.csv'), 'utf8')).toBe(text);
    expect(await fetching(member, 'gone')).toBe(false);
  });

  it.each([
    ['notes.txt', 'data.zip', 'notes.txt is not the file that this example was written for: its SHA-256 is'],
    ['other.csv', 'data.zip', 'it holds no other.csv, but: stored.csv, packed.csv, notes.txt'],
    ['stored.csv', 'gone', 'HTTP 404'],
  ])('leaves nothing when %s of %s is not right', async (member, path, message) => {
    await expect(fetching(member, path)).rejects.toThrow(message);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves nothing when the archive is cut off', async () => {
    body = archive.subarray(0, archive.length - 40);
    await expect(fetching('stored.csv')).rejects.toThrow('it is no zip archive, or is cut off');
    expect(readdirSync(folder)).toEqual([]);
  });
});
