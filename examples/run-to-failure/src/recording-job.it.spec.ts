// Three units of the recording through the real hub: one that was cut off from its degradation until after its death, one that was cut
// off in the middle of its life, and a healthy one that was too.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@windlass/testing';
import type { NewSignal } from '@windlass/sdk';
import type { StoredResult } from './hub/hub-api.ts';
import type { World } from './hub/world.ts';
import { recordingOf, startTestWorld } from './recording-world.fixture.ts';
import { checkResults, isPerfect } from './report/check.ts';
import { readStored, settle } from './replay/stored-results.ts';

const UNITS = ['unit-05', 'unit-08', 'unit-27'];
const DEADLINE_MS = 240_000;

const { signals, expected } = recordingOf(UNITS);
let world: World;

beforeAll(async () => void (world = await startTestWorld('run-to-failure')), DEADLINE_MS);
afterAll(() => world?.stop(), DEADLINE_MS);

describe('a recording through the hub', () => {
  it(
    'ends with every expected result, exactly once and right',
    async () => {
      // What is late comes when the windows it falls into have fired and their results are known: as it was in life.
      const { before, cut } = untilLate('unit-05');
      await world.publisher.publish(before);
      await eventually(async () => (await runsOn(cut)).length > 0, {
        deadlineMs: DEADLINE_MS,
        describe: 'the cut cycle',
      });
      await world.publisher.publish(signals.slice(before.length));
      const { verdict } = await settle(world.api, expected, () => undefined);
      expect(verdict).toMatchObject({ missing: [], wrong: [], duplicates: [], unexpected: [] });
      expect(isPerfect(verdict)).toBe(true);
    },
    DEADLINE_MS,
  );

  it('gave the cycle that was cut by an outage another value when its late samples had come', async () => {
    const [first, ...later] = await runsOn(untilLate('unit-05').cut);
    const last = later.at(-1)!;
    expect(first).toMatchObject({ revision: 0, state: 'SUCCEEDED' });
    expect(last.revision).toBeGreaterThan(0);
    const samples = ({ value }: StoredResult): number => (value as { samples: number }).samples;
    expect(samples(last)).toBeGreaterThan(samples(first!));
    expect(last.value).not.toEqual(first!.value);
  });

  it(
    'tells with `windlass dial show` how late its samples were, and what was computed',
    async () => {
      const { measured, work, recommendation } = JSON.parse(
        await windlass('dial', 'show', 'cycle@1', '--history', '--json'),
      );
      const behind = samplesBehind();
      expect(measured.elements).toBe(behind.length);
      expect(measured.lateness.element[0]).toEqual({ upToUs: 0, count: behind.filter((us) => us === 0).length });
      for (const { delayUs, elements } of measured.curve)
        expect([delayUs, elements]).toEqual([delayUs, behind.filter((us) => us <= delayUs).length]);
      expect(measured.panes.late).toBeGreaterThan(0);
      expect(
        work.algorithms.find(({ algorithm }: any) => algorithm === 'indicator@1').again.executions,
      ).toBeGreaterThan(0);
      expect(recommendation.kind).toBe('too few');
      const text = await windlass('dial', 'show', 'cycle@1', '--history');
      expect(text).toContain(`seen        ${behind.length.toLocaleString('en-US')} elements; `);
      expect(text).toMatch(/^ +500ms .* as now$/m);
    },
    DEADLINE_MS,
  );

  it(
    'adds nothing when it is sent again: each signal is counted as late or known',
    async () => {
      const [stored, outcomes] = [await readStored(world.api), await world.api.outcomes()];
      await world.publisher.publish(signals);
      const samples = signals.filter(({ name }) => name === 'sample').length;
      await eventually(async () => (await uselessSignals()) >= samples, {
        deadlineMs: DEADLINE_MS,
        describe: uselessSignals,
      });
      expect(await world.api.outcomes()).toEqual(outcomes);
      expect(await readStored(world.api)).toEqual(stored);
      expect(isPerfect(checkResults(expected, stored))).toBe(true);
    },
    DEADLINE_MS,
  );
});

/** What the command line prints. */
async function windlass(...words: readonly string[]): Promise<string> {
  const script = fileURLToPath(new URL('../../../apps/cli/bin/windlass.mjs', import.meta.url));
  const env = { ...process.env, ...world.hub.env };
  return (await promisify(execFile)(process.execPath, [script, ...words], { env })).stdout;
}

/** Of each sample, how far it came behind the newest of its unit before it. */
function samplesBehind(): number[] {
  const newestUs = new Map<string, number>();
  return signals
    .filter(({ name }) => name === 'sample')
    .map(({ source, eventTimeUs }) => {
      const beforeUs = newestUs.get(source) ?? eventTimeUs;
      newestUs.set(source, Math.max(beforeUs, eventTimeUs));
      return Math.max(0, beforeUs - eventTimeUs);
    });
}

interface UntilLate {
  readonly before: readonly NewSignal[];
  /** Source and a moment within the cycle that the outage cut in two. */
  readonly cut: { readonly source: string; readonly atUs: number };
}

/** The signals that came before a unit's first late one. */
function untilLate(source: string): UntilLate {
  let newestUs = 0;
  const index = signals.findIndex((one) => {
    const isLate = one.source === source && one.name === 'sample' && one.eventTimeUs < newestUs;
    if (one.source === source) newestUs = Math.max(newestUs, one.eventTimeUs);
    return isLate;
  });
  return { before: signals.slice(0, index), cut: { source, atUs: signals[index]!.eventTimeUs } };
}

/** Every run of `indicator` on the cycle that holds this moment, in order. */
async function runsOn({ source, atUs }: UntilLate['cut']): Promise<StoredResult[]> {
  const all = await world.api.results({ algorithm: 'indicator@1', source, revisions: 'all' });
  return all.filter(({ startUs, endUs }) => startUs <= atUs && atUs < endUs).sort((a, b) => a.run - b.run);
}

/** Signals that came after all lateness, or whose id was known. */
async function uselessSignals(): Promise<number> {
  const metrics = await (await fetch(`${world.hub.urls.trigger}/metrics`)).text();
  const lines = metrics.split('\n').filter((line) => /^windlass_trigger_.*(code="LATE"|fate="duplicates")/.test(line));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
