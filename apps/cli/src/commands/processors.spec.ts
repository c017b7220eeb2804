import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { liveRevision } from '@windlass/dag';
import { definedView } from '@windlass/simulation';
import { type RouterHold, waitUntilDrained } from './drained.ts';
import { meant } from './holds.ts';
import { describeProcessor, describeProcessors, type ProcessorStatus } from './processors-text.ts';

const NOW_US = 1_000_000_000;
const status = (rest: Partial<ProcessorStatus> = {}): ProcessorStatus => ({
  ...{ name: 'health', version: '2.0.0', owner: 'red', team: 'red', algorithms: ['mean@1', 'rul@1'], state: 'ALIVE' },
  ...{
    hold: null,
    heardAtUs: NOW_US - 2_000_000,
    lagRecords: 12,
    inFlight: 3,
    growingSinceUs: null,
    missing: [],
    instances: [],
  },
  ...rest,
});
const instance = {
  ...{ instance: 'pod-1', version: '2.0.0', host: 'h1', sdk: 'typescript 0.1.0', state: 'RUNNING', isAlive: true },
  ...{ inFlight: 3, lagRecords: 12, startedAtUs: 0, heardAtUs: NOW_US - 2_000_000 },
};

describe('windlass processors', () => {
  it('tells of each on a line whether it lives, how far it is behind, and what holds it', () => {
    const hold = { mode: 'PAUSE' as const, by: 'ann', why: null, sinceUs: 0 };
    const all = [
      status({ instances: [instance] }),
      status({
        name: 'gone',
        state: 'SILENT',
        heardAtUs: null,
        lagRecords: null,
        inFlight: 0,
        hold,
        growingSinceUs: 5,
      }),
    ];
    expect(stripVTControlCharacters(describeProcessors(all, NOW_US))).toBe(
      `${'health'.padEnd(24)}  ALIVE     2.0.0  (1 alive, 3 in work, lag 12)\n` +
        `${'gone'.padEnd(24)}  SILENT    2.0.0  (never heard of, 0 in work, lag unknown, growing, paused)\n`,
    );
    expect(describeProcessors([], NOW_US)).toBe('No processor is registered.\n');
  });

  it('shows one with its instances, also one that is lost, and who holds it and why', () => {
    const text = describeProcessor(
      status({
        state: 'DRAINING',
        hold: { mode: 'DRAIN', by: 'ann', why: 'new disk', sinceUs: NOW_US - 60_000_000 },
        instances: [instance, { ...instance, instance: 'pod-2', isAlive: false, heardAtUs: NOW_US - 90_000_000 }],
      }),
      NOW_US,
    );
    const lines = stripVTControlCharacters(text).split('\n');
    expect(lines.slice(1, 4)).toEqual([
      '  algorithms: mean@1, rul@1',
      '  owner red, results as red',
      '  drained by ann 1m ago: new disk',
    ]);
    expect(lines[4]).toContain('pod-1');
    expect(lines[5]).toMatch(/pod-2 +LOST .*heard 1m30s ago/);
  });

  it('says which algorithms no instance has, and how much may wait for them', () => {
    const lacking = status({ instances: [instance], missing: [{ algorithm: 'rul@1', tasks: 12 }] });
    expect(stripVTControlCharacters(describeProcessors([lacking], NOW_US))).toContain('lag 12, nobody has rul@1)');
    expect(stripVTControlCharacters(describeProcessor(lacking, NOW_US))).toContain(
      'no instance has rul@1: of 12 tasks on its window types those with it wait; start one that has it, or windlass retire rul@1',
    );
  });
});

describe('windlass drain', () => {
  const hold = (rest: Partial<RouterHold> = {}): RouterHold => ({
    ...{ kind: 'processor', name: 'health', number: 3, queued: 7, inFlight: 2, drained: false },
    ...rest,
  });
  const asking = (...answers: readonly (readonly RouterHold[])[]) => {
    let at = 0;
    return () => Promise.resolve({ holds: answers[Math.min(at++, answers.length - 1)]! });
  };

  it('waits until the router has heard of it and nothing is under way', async () => {
    const ask = asking(
      [],
      [hold({ number: 1, drained: true }), hold({ kind: 'windowType', number: 3, drained: true })],
      [hold()],
      [hold({ drained: true, inFlight: 0 })],
    );
    expect(await waitUntilDrained({ kind: 'processor', name: 'health', number: 3 }, 60_000_000, ask)).toBe(
      'drained: nothing of health is under way; 7 tasks wait',
    );
  });

  it('ends when the time is over, or when somebody resumes it', async () => {
    const waiting = (ask: ReturnType<typeof asking>) =>
      waitUntilDrained({ kind: 'processor', name: 'health', number: 3 }, 1_000, ask);
    await expect(waiting(asking([hold()]))).rejects.toMatchObject({ code: 'NOT_DRAINED' });
    await expect(waiting(asking([hold()], []))).rejects.toMatchObject({ code: 'RESUMED' });
    await expect(waiting(asking([hold({ number: 5 })]))).rejects.toMatchObject({ code: 'RESUMED' });
  });
});

describe('a name that is to be held', () => {
  const defined = definedView(
    { windowTypes: [{ name: 'minute', version: 1, reads: ['sample'], open: { fixed: { size: '1m' } } }] },
    [
      {
        name: 'health',
        version: 1,
        algorithms: [{ name: 'mean', version: 1, windows: ['minute@1'], result: 'double' }],
      },
    ],
  );
  if (!defined.ok) throw new Error(JSON.stringify(defined.problems));
  const revision = liveRevision(defined.view);

  it('is what the live revision knows by it, or what is held though it was retired', () => {
    const holds = [{ kind: 'processor', name: 'old' } as const];
    const of = (name: string) => meant(name, { revision, holds });
    expect(of('health')).toEqual({ kind: 'processor', name: 'health' });
    expect(of('mean@1')).toEqual({ kind: 'algorithm', name: 'mean@1' });
    expect(of('windowType:minute@1')).toEqual({ kind: 'windowType', name: 'minute@1' });
    expect(of('old')).toEqual({ kind: 'processor', name: 'old' });
    expect(of('processor:old')).toEqual({ kind: 'processor', name: 'old' });
    expect(() => of('heath')).toThrow('Did you mean "health"?');
  });
});
