// The recording into the hub, unless it is there already.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ALGORITHMS } from '../expected/expected.ts';
import type { Expected } from '../expected/expected.ts';
import type { HubApi } from '../hub/hub-api.ts';
import type { World } from '../hub/world.ts';
import { readRecording } from '../recording/recording-file.ts';
import { checkResults, isPerfect } from '../report/check.ts';
import type { Stored } from '../report/check.ts';
import { latencyOf } from '../report/latency.ts';
import { Progress } from '../report/progress.ts';
import type { Run } from '../report/report.ts';
import { replay } from './replay.ts';
import { signalsOf } from './signals.ts';
import { readStored, refOf, settle } from './stored-results.ts';
import type { Settled } from './stored-results.ts';

export interface Ingested {
  readonly settled: Settled;
  /** Of the run that ingested it; null when its measurements are gone. */
  readonly run: Run | null;
}

/**
 * Replays the recording and waits for its results. What an earlier run that was cut short has sent is sent again: the hub knows it by its
 * ids. @throws Stalled.
 */
export async function ingest({ api, publisher }: World, expected: Expected, lastRunFile: string): Promise<Ingested> {
  const stored = await readStored(api);
  const verdict = checkResults(expected, stored);
  if (isPerfect(verdict)) {
    console.log('already ingested: all results are in the store (--fresh forgets them)');
    return { settled: { stored, verdict }, run: readLastRun(lastRunFile) };
  }
  const rows = readRecording(fileURLToPath(new URL('../../recording/samples.csv.gz', import.meta.url)));
  const signals = [...signalsOf(rows)];
  const samples = rows.filter((row) => row.phase === 'POINT').length;
  const units = new Set(rows.map(({ unit }) => unit));
  if (verdict.right > 0) console.log('a run before this one was cut short: replaying all of it, what is known stays');
  console.log(
    `replaying ${signals.length} signals (${samples} samples of ${units.size} units) in the order of their arrival`,
  );
  const progress = new Progress();
  const count = await counterOf(api, stored, units);
  let sent = 0;
  const show = (known: number): void =>
    progress.show(
      `  ${sent} of ${signals.length} signals sent, ${known} results known (${verdict.expected} expected, more with reruns)`,
    );
  const startedAtUs = Date.now() * 1_000;
  const sentAtUs = await replay(signals, {
    publish: (some) => publisher.publish(some),
    answeredCycles: async () => {
      const { all, cycles } = await count();
      show(all);
      return cycles;
    },
    onProgress: (upTo) => (sent = upTo),
  });
  const settled = await settle(api, expected, show);
  progress.end(`  ${signals.length} signals sent`);
  const knownAtUs = ALGORITHMS.flatMap((algorithm) => settled.stored[algorithm].map((one) => one.knownAtUs));
  const run: Run = {
    signals: signals.length,
    samples,
    isResumed: verdict.right > 0,
    seconds: (Math.max(...knownAtUs) - startedAtUs) / 1e6,
    latency: latencyOf(settled.stored.rul, signals, sentAtUs),
  };
  writeFileSync(lastRunFile, JSON.stringify(run));
  return { settled, run };
}

/** Counts the outcomes of these units; those of others, which ran live, do not change meanwhile. */
async function counterOf(
  api: HubApi,
  stored: Stored,
  units: ReadonlySet<string>,
): Promise<() => Promise<{ all: number; cycles: number }>> {
  const total = (outcomes: ReadonlyMap<string, number>): number =>
    [...outcomes.values()].reduce((sum, one) => sum + one, 0);
  const isOwn = ({ key }: { readonly key: string }): boolean => units.has(key);
  const before = await api.outcomes();
  const own = ALGORITHMS.reduce((sum, algorithm) => sum + stored[algorithm].filter(isOwn).length, 0);
  const others = {
    all: total(before) - own,
    cycles: (before.get(refOf('rul')) ?? 0) - stored.rul.filter(isOwn).length,
  };
  return async () => {
    const outcomes = await api.outcomes();
    return { all: total(outcomes) - others.all, cycles: (outcomes.get(refOf('rul')) ?? 0) - others.cycles };
  };
}

function readLastRun(file: string): Run | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Run;
  } catch {
    return null;
  }
}
