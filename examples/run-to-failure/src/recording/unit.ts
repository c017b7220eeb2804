// The program that runs to failure: a small HTTP server that does real work, keeps a bounded cache, and from a planned moment on also keeps
// what it should drop. It is started by the recorder as `node unit.ts <spool file> <fault as JSON>`, tells its port over IPC, and every 100 ms
// appends one line to its spool file with a synchronous write: what it has written survives its death.
import { createHash } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getHeapStatistics } from 'node:v8';
import type { Fault } from './plan.ts';

const SAMPLE_EVERY_MS = 100;
const LEAK_EVERY_MS = 50;
const CHUNK_BYTES = 4_000;
/** A reading in the heap: an object of four fields (56), a boxed number (16), and its place in an array (8). */
const READING_BYTES = 80;
const CACHE_FOR_MS = 8_000;
const READINGS = 600;

const [spoolPath, faultJson] = process.argv.slice(2);
const fault = JSON.parse(faultJson!) as Fault;
const spool = openSync(spoolPath!, 'a');
const bornMs = performance.now();

interface Reading {
  readonly id: number;
  readonly request: number;
  readonly value: number;
  readonly tag: string;
}
/** What the leak holds for ever: chunks of readings, as a history that nobody prunes. */
const history: Reading[][] = [];
let dueBytes = 0;
let onset = false;

interface CachedReply {
  readonly body: string;
  readonly atMs: number;
}
const cache = new Map<number, CachedReply>();
let requests = 0;

/** One request's work: make readings, send them through JSON, sort, take quantiles, hash, and cache the reply for a while. */
function reply(): string {
  const request = requests++;
  const readings = Array.from({ length: READINGS }, (_, index) => ({
    id: index,
    value: Math.sin(request * 31 + index) * 100,
    tag: `t${index % 17}`,
  }));
  const parsed = JSON.parse(JSON.stringify(readings)) as typeof readings;
  const values = parsed.map((reading) => reading.value).sort((a, b) => a - b);
  const quantiles = [0.05, 0.5, 0.95].map((q) => values[Math.floor(q * values.length)]);
  const digest = createHash('sha256').update(JSON.stringify(parsed)).digest('hex');
  const body = JSON.stringify({ request, digest, quantiles, values: values.slice(0, 200) });
  cache.set(request, { body, atMs: performance.now() });
  dropExpired();
  if (onset && fault.kind === 'load-leak') keep(fault.bytesPerRequest);
  return body;
}

function dropExpired(): void {
  const oldestMs = performance.now() - CACHE_FOR_MS;
  for (const [key, cached] of cache) {
    if (cached.atMs >= oldestMs) return;
    cache.delete(key);
  }
}

function keep(bytes: number): void {
  dueBytes += bytes;
  for (; dueBytes >= CHUNK_BYTES; dueBytes -= CHUNK_BYTES) {
    const first = history.length;
    history.push(
      Array.from({ length: CHUNK_BYTES / READING_BYTES }, (_, index) => ({
        id: index,
        request: first,
        value: first + index / 64,
        tag: 'kept',
      })),
    );
  }
}

/** Turns the fault on at its time, and feeds the leaks that run on time alone. */
function leak(): void {
  let lastMs = performance.now();
  setInterval(() => {
    const nowMs = performance.now();
    const elapsedSeconds = (nowMs - lastMs) / 1_000;
    lastMs = nowMs;
    const sinceOnsetMs = nowMs - bornMs - fault.afterMs;
    if (fault.kind === 'none' || sinceOnsetMs < 0) return;
    if (!onset) {
      onset = true;
      process.send?.({ onsetUs: Date.now() * 1_000 });
    }
    if (fault.kind === 'constant-leak') keep(fault.bytesPerSecond * elapsedSeconds);
    if (fault.kind === 'accelerating-leak')
      keep(fault.bytesPerSecond * 2 ** (sinceOnsetMs / fault.doublingMs) * elapsedSeconds);
  }, LEAK_EVERY_MS);
}

/** Samples on a fixed grid. A tick missed because the loop stood still is not made up for: it stays a gap, and the next sample tells how late it was. */
function sample(): void {
  let dueMs = performance.now() + SAMPLE_EVERY_MS;
  let sequence = 0;
  const tick = (): void => {
    const lateMs = performance.now() - dueMs;
    writeSync(
      spool,
      `${sequence++},${Date.now() * 1_000},${getHeapStatistics().used_heap_size},${Math.max(0, lateMs).toFixed(3)}\n`,
    );
    dueMs += SAMPLE_EVERY_MS * (1 + Math.floor(Math.max(0, lateMs) / SAMPLE_EVERY_MS));
    setTimeout(tick, dueMs - performance.now());
  };
  setTimeout(tick, SAMPLE_EVERY_MS);
}

const server = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(reply());
});
server.listen(0, '127.0.0.1', () => {
  leak();
  sample();
  process.send?.({ port: (server.address() as AddressInfo).port, startUs: Date.now() * 1_000 });
});
process.once('disconnect', () => process.exit(0));
