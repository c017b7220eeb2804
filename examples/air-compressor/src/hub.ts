// The hub as this example uses it: its window types, its processor, and what it knows at the end.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { RunningHub } from '@windlass/embedded';
import { parse } from 'yaml';
import { ownFile } from './places.ts';
import { type ResultJson, plainResult } from './result-json.ts';

/** The result of an algorithm on one window. */
export interface Known<T> {
  readonly startUs: number;
  readonly endUs: number;
  readonly value: T;
}

const POLL_MS = 200;
const PAGE = 1_000;
/** For a busy machine, where starting takes long. */
const READY_DEADLINE_MS = 180_000;
/** Without a change for so long something is wrong. */
const STALL_MS = 180_000;

/** Applies the definitions and starts the processor; resolves when every service knows its algorithms. */
export async function prepare(hub: RunningHub): Promise<void> {
  const definitions: unknown = parse(readFileSync(ownFile('definitions.yaml'), 'utf8'));
  await ask(`${hub.urls['dag-registry']}/v1/definitions`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(definitions),
  });
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const { ended, logFile } = await hub.startProcess({
    name: 'air-compressor',
    script: fileURLToPath(new URL(`./processor.${extension}`, import.meta.url)),
  });
  const end = ended.then((code) => {
    throw new Error(`the processor ended with ${code}; see ${logFile}`);
  });
  end.catch(() => undefined);
  const deadline = performance.now() + READY_DEADLINE_MS;
  while (!(await Promise.race([isReady(hub), end]))) {
    if (performance.now() > deadline) throw new Error(`the processor was not ready in time; see ${logFile}`);
    await delay(POLL_MS);
  }
}

async function isReady({ urls }: RunningHub): Promise<boolean> {
  const { processors } = await ask<{ processors: { state: string }[] }>(`${urls['dag-registry']}/v1/processors`);
  const { number } = await ask<{ number: number }>(`${urls['dag-registry']}/v1/dag`);
  const ready = await Promise.all(
    (['trigger', 'router'] as const).map((name) =>
      ask<{ checks: Record<string, { detail?: string }> }>(`${urls[name]}/readyz`),
    ),
  );
  const hasRevision = ready.every(({ checks }) =>
    Object.values(checks).some(({ detail }) => detail?.endsWith(`revision ${number}`)),
  );
  return hasRevision && processors.length > 0 && processors.every(({ state }) => state === 'ALIVE');
}

interface Summary {
  readonly windows: readonly { readonly windowType: string; readonly count: number; readonly complete: number }[];
}

/** Resolves when every window of a source has fired (its last watermark has closed them all), and everything is computed on each. */
export async function settled(
  { urls }: RunningHub,
  source: string,
  onProgress: (done: number, of: number) => void,
): Promise<void> {
  let known = '';
  let changedAtMs = performance.now();
  for (;;) {
    const { watermarks } = await ask<{ watermarks: { openWindows: number }[] }>(
      `${urls.trigger}/v1/watermarks?source=${source}`,
    );
    const { windows } = await ask<Summary>(`${urls['result-collector']}/v1/summary`);
    const hasFired = watermarks.length > 0 && watermarks.every(({ openWindows }) => openWindows === 0);
    const [all, done] = [sumOf(windows, 'count'), sumOf(windows, 'complete')];
    onProgress(done, all);
    const now = JSON.stringify([watermarks, windows]);
    if (hasFired && all > 0 && all === done && now === known) return;
    if (now !== known) changedAtMs = performance.now();
    known = now;
    if (performance.now() - changedAtMs > STALL_MS)
      throw new Error(`the hub does not go on: ${done} of ${all} windows are complete`);
    await delay(10 * POLL_MS);
  }
}

const sumOf = (windows: Summary['windows'], field: 'count' | 'complete'): number =>
  windows.reduce((sum, one) => sum + one[field], 0);

interface ResultsPage {
  readonly results: readonly { readonly startUs: number; readonly endUs: number; readonly result: ResultJson | null }[];
  readonly nextCursor: string | null;
}

/** Current results of an algorithm (`name@version`), in order of window start. */
export async function resultsOf<T>({ urls }: RunningHub, algorithm: string): Promise<Known<T>[]> {
  const found: Known<T>[] = [];
  const query = new URLSearchParams({ algorithm, state: 'SUCCEEDED', limit: String(PAGE) });
  for (let cursor: string | null = ''; cursor !== null;) {
    if (cursor) query.set('cursor', cursor);
    const page: ResultsPage = await ask(`${urls['result-collector']}/v1/results?${query}`);
    for (const { startUs, endUs, result } of page.results)
      if (result !== null) found.push({ startUs, endUs, value: plainResult(result) as T });
    cursor = page.nextCursor;
  }
  return found;
}

async function ask<T>(url: string, request: RequestInit = {}): Promise<T> {
  const response = await fetch(url, { ...request, signal: AbortSignal.timeout(60_000) });
  const text = await response.text();
  if (!response.ok && response.status !== 503) throw new Error(`${url}: HTTP ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}
