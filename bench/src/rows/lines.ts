import { median, percentile } from '../measure/statistics.ts';
import type { Work } from '../measure/work.ts';
import type { Line } from '../report.ts';
import type { BurstMeasure } from './burst-row.ts';
import type { MemoryMeasure } from './memory-row.ts';

/** Median of the ratios of what was measured side by side: the machine's pace is in both. */
const paired = (better: readonly number[], worse: readonly number[]): number =>
  median(better.map((value, index) => value / worse[index]!));

export function burstLine(what: string, measures: ReadonlyMap<string, BurstMeasure>, least?: number): Line {
  const hub = measures.get('hub')!.windowsPerSecond;
  const bare = measures.get('bare')?.windowsPerSecond;
  return {
    what,
    unit: 'windows/s',
    hub: median(hub),
    ...(least !== undefined && { budget: { least } }),
    ...(bare && { bare: median(bare), ratio: paired(bare, hub) }),
  };
}

export function singleLines(
  what: string,
  measures: ReadonlyMap<string, readonly number[][]>,
  most: { readonly p50: number; readonly p99?: number },
): Line[] {
  const of = (name: string, share: number) => measures.get(name)?.map((times) => percentile(times, share));
  return ([0.5, 0.95, 0.99] as const).map((share) => {
    const hub = of('hub', share)!;
    const bare = of('bare', share);
    const budget = share === 0.5 ? most.p50 : share === 0.99 ? most.p99 : undefined;
    return {
      what: `${what}, p${Math.round(share * 100)}`,
      unit: 'ms',
      hub: median(hub),
      ...(budget !== undefined && { budget: { most: budget } }),
      ...(bare && { bare: median(bare), ...(share === 0.5 && { ratio: paired(hub, bare) }) }),
    };
  });
}

/** Memory together is judged by PSS, which counts a page that several services share once. */
export function memoryLines(what: string, memory: MemoryMeasure, most: number): Line[] {
  return Object.entries(memory).flatMap(([name, { rssMb, pssMb }]) => [
    { what: `${what}: ${name}, RSS`, unit: 'MB', hub: rssMb },
    { what: `${what}: ${name}, PSS`, unit: 'MB', hub: pssMb, ...(name === 'together' && { budget: { most } }) },
  ]);
}

/** What the servers were asked for, a thousand windows: two pipelines that are compared ask for about the same. */
export function workRows(measures: ReadonlyMap<string, BurstMeasure>, windows: number): string[][] {
  return [...measures].map(([pipeline, { work }]) => {
    const each = (of: (one: Work) => number) => ((median(work.map(of)) * 1000) / windows).toFixed(2);
    return [pipeline, each((one) => one.commits), each((one) => one.walMb), each((one) => one.kafkaMb)];
  });
}

/** Processor microseconds a window, by process: what a ratio is made of. */
export function cpuRows(measures: ReadonlyMap<string, BurstMeasure>, windows: number): string[][] {
  return [...measures].flatMap(([pipeline, { cpuSeconds }]) => {
    const each = Object.entries(cpuSeconds).map(
      ([name, seconds]) => [name, (median(seconds) * 1e6) / windows] as const,
    );
    const all = each.reduce((sum, [, us]) => sum + us, 0);
    return [...each, ['together', all] as const].map(([name, us]) => [pipeline, name, String(Math.round(us))]);
  });
}
