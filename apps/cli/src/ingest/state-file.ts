import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { IngestError } from './ingest-error.ts';
import { isGzip } from './input.ts';
import type { Mapping } from './mapping.ts';
import { tallyJson } from './tally.ts';

const stateJson = z.object({
  version: z.literal(1),
  /** Absolute path of the data. */
  file: z.string(),
  /** Hash of the mapping that made signals of the rows so far. */
  mapping: z.string(),
  columns: z.array(z.string()),
  values: z.record(z.string(), z.string()),
  /** What follows from here on is not in the hub. Plain bytes, lines, and rows without the header. */
  position: z.object({ byte: z.int(), line: z.int() }),
  /** The end of the file has been reached. */
  isAtEnd: z.boolean(),
  /** Hash of what was read of the file, so that another one is not taken for it. */
  fingerprint: z.string(),
  tally: tallyJson,
  /** Bytes of the two files of rejected rows. */
  rejects: z.object({ rows: z.int(), reasons: z.int() }),
});

/** How far an ingest has come. */
export type IngestState = z.infer<typeof stateJson>;

/** In the folder of data and logs, because what is deleted with that folder is the hub that has the signals. */
export function stateFileOf(path: string, dataDir: string): string {
  const absolute = resolve(path);
  return join(dataDir, 'ingest', `${basename(path)}-${hashOf(absolute).slice(0, 8)}.json`);
}

/** Undefined: there is none. @throws {IngestError} BAD_STATE. */
export async function readState(stateFile: string): Promise<IngestState | undefined> {
  const text = await readFile(stateFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return stateJson.parse(JSON.parse(text));
  } catch (cause) {
    throw new IngestError('BAD_STATE', `${stateFile} is no state of an ingest; delete it to begin anew`, { cause });
  }
}

/** All of it or nothing, whenever the process ends. */
export async function writeState(stateFile: string, state: IngestState): Promise<void> {
  await mkdir(dirname(stateFile), { recursive: true });
  await writeFile(`${stateFile}.new`, JSON.stringify(state));
  await rename(`${stateFile}.new`, stateFile);
}

/** The same for the same rules, in whatever order they were written. */
export const mappingHash = (mapping: Mapping): string => hashOf(JSON.stringify(sorted(mapping)));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inside]) => [key, sorted(inside)]));
}

const HEAD_BYTES = 64 * 1024;
const TAIL_BYTES = 4 * 1024;

/**
 * Of the beginning of a file and of what lies before `byte`: rows may be added behind it, or mended, but not before.
 * Positions in a packed file are not those of its bytes, so all of it counts.
 */
export async function fingerprintOf(path: string, byte: number): Promise<string> {
  const isPacked = await isGzip(path);
  const file = await open(path);
  try {
    const end = isPacked ? (await file.stat()).size : byte;
    const read = async (from: number, to: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(to - from), 0, to - from, from);
      return buffer.subarray(0, bytesRead);
    };
    const parts = [await read(0, Math.min(end, HEAD_BYTES)), await read(Math.max(0, end - TAIL_BYTES), end)];
    return hashOf(Buffer.concat([Buffer.from(`${end}\n`), ...parts]));
  } finally {
    await file.close();
  }
}

/** Whether the row before `byte` has its line end: else more of it may have been written since. */
export async function endsWithLine(path: string, byte: number): Promise<boolean> {
  if (byte === 0 || (await isGzip(path))) return true;
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, byte - 1);
    return bytesRead === 0 || buffer[0] === 0x0a;
  } finally {
    await file.close();
  }
}

const hashOf = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex').slice(0, 32);
