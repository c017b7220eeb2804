import { describe, expect, it } from '@jest/globals';
import type { DefinitionsInput } from '@windlass/dag';
import fc from 'fast-check';
import { definedView } from './defined-view.ts';
import type { SimulationStep } from './step.ts';
import {
  clock,
  droppedOf,
  finalPanes,
  panesOf,
  recordsOf,
  sample,
  SECOND,
  signal,
  simulate,
  viewOf,
  watermark,
  type WindowTypeInput,
} from './story.fixture.ts';

const MEMBERS = ['pump-1', 'pump-2', 'pump-3'];

const ofLine = (rest: Partial<WindowTypeInput> = {}, policy: object = {}): WindowTypeInput => ({
  name: 'of-line',
  version: 1,
  for: { kind: 'pump' },
  reads: ['sample'],
  open: { fixed: { size: '10s', scope: 'group' } },
  policy: { outOfOrderness: '0s', allowedLateness: '1m', idleTimeout: 'never', ...policy },
  ...rest,
});

const pump = (name: string, groups = ['line-1']) => ({ name, kind: 'pump', groups });
const fan = { name: 'fan-1', kind: 'fan', groups: ['line-1'] };
const TWO = [pump('pump-1'), pump('pump-2'), fan];

const view = (rest: Partial<WindowTypeInput> = {}, policy: object = {}, sources: DefinitionsInput['sources'] = TWO) =>
  viewOf({ windowTypes: [ofLine(rest, policy)], sources });

const brief = (events: Parameters<typeof panesOf>[0]): string[] =>
  panesOf(events).map(
    ({ key, startUs, endUs, elements, added, timing, revision }) =>
      `${key} [${startUs / SECOND}, ${endUs / SECOND}) ${elements} (+${added}) ${timing} r${revision}`,
  );

describe("windows of a group's", () => {
  it('count what all its members sent, and fire when the last of them is that far', () => {
    const steps = [sample(1, 'pump-1'), sample(2, 'pump-2'), sample(3, 'pump-2'), watermark(10, 'pump-1')];
    expect(brief(simulate(view(), steps))).toEqual([]);
    expect(brief(simulate(view(), [...steps, sample(15, 'pump-2')]))).toEqual(['line-1 [0, 10) 3 (+3) ON_TIME r0']);
  });

  it('of a schedule fire up to where the watermark of all members jumps, also without elements', () => {
    const cron = { cron: { expression: '*/5 * * * *', zone: 'UTC', scope: 'group' as const } };
    const steps = [clock(1_000), sample(10, 'pump-1'), sample(10, 'pump-2'), watermark(900, 'pump-1')];
    expect(brief(simulate(view({ open: cron }), steps))).toEqual([]);
    expect(brief(simulate(view({ open: cron }), [...steps, watermark(900, 'pump-2')]))).toEqual([
      'line-1 [0, 300) 2 (+2) ON_TIME r0',
      'line-1 [300, 600) 0 (+0) ON_TIME r0',
      'line-1 [600, 900) 0 (+0) ON_TIME r0',
    ]);
  });

  it('are those of each group that a source is in; sources of another kind do not count', () => {
    const steps = [
      sample(1, 'pump-9'),
      sample(1, 'fan-1'),
      sample(2, 'pump-1'),
      sample(11, 'pump-9'),
      sample(12, 'pump-1'),
    ];
    const both = [pump('pump-1'), pump('pump-9', ['line-1', 'line-2']), fan];
    expect(brief(simulate(view({}, {}, both), steps)).sort()).toEqual([
      'line-1 [0, 10) 2 (+2) ON_TIME r0',
      'line-2 [0, 10) 1 (+1) ON_TIME r0',
    ]);
    expect(brief(simulate(view({ for: { kind: 'pump', groups: ['line-2'] } }, {}, both), steps))).toEqual([
      'line-2 [0, 10) 1 (+1) ON_TIME r0',
    ]);
  });

  it('are revised by what comes late to a member, and final when all members are past the lateness', () => {
    const steps = [
      ...[sample(1, 'pump-1'), sample(12, 'pump-1'), sample(1, 'pump-2'), sample(12, 'pump-2')],
      sample(5, 'pump-2'),
      watermark(80, 'pump-1'),
    ];
    const events = simulate(view(), steps);
    expect(brief(events)).toEqual(['line-1 [0, 10) 2 (+2) ON_TIME r0', 'line-1 [0, 10) 3 (+1) LATE r1']);
    expect(recordsOf(events).filter(({ kind }) => kind === 'finalized')).toEqual([]);
    const ended = simulate(view(), [...steps, watermark(80, 'pump-2')]);
    expect(recordsOf(ended).filter(({ kind }) => kind === 'finalized')).toMatchObject([{ revision: 1, startUs: 0 }]);
  });

  it('fire without a member that is silent for longer than the idle timeout; what it sends later is late', () => {
    const idle = view({}, { idleTimeout: '5s', maxIdle: '1h' });
    const steps = [clock(0), sample(1, 'pump-1'), sample(1, 'pump-2'), clock(4), sample(11, 'pump-1'), clock(7)];
    const events = simulate(idle, [...steps, sample(3, 'pump-2'), watermark(10, 'pump-2')]);
    expect(brief(events)).toEqual(['line-1 [0, 10) 1 (+1) ON_TIME r0', 'line-1 [0, 10) 3 (+2) LATE r1']);
  });

  it('whose algorithms join results of members tell how many are past their end when they fire, and when they are final', () => {
    const cycle = { name: 'cycle', version: 1, reads: ['sample'], open: { fixed: { size: '10s' } } };
    const join = { algorithm: 'peak@1', relation: 'members' };
    const registration = {
      name: 'fleet',
      version: '1.0.0',
      algorithms: [
        { name: 'peak', version: 1, windows: ['cycle@1'], result: 'double' },
        { name: 'fleet-peak', version: 1, windows: ['of-line@1'], dependencies: [join], result: 'double' },
      ],
    };
    const windowTypes = [ofLine({}, { idleTimeout: '5s', maxIdle: '1h' }), cycle];
    const joining = viewOf({ windowTypes, sources: TWO }, [registration]);
    const steps = [clock(0), sample(1, 'pump-1'), clock(4), sample(11, 'pump-1'), clock(7)];
    const ended = [...steps, watermark(100, 'pump-2'), watermark(100, 'pump-1')];
    const told = recordsOf(simulate(joining, ended)).flatMap((record) =>
      record.windowType === 'of-line@1' && 'members' in record ? [[record.kind, record.startUs, record.members]] : [],
    );
    expect(told.slice(0, 2)).toEqual([
      ['pane', 0, 1],
      ['finalized', 0, 2],
    ]);
  });

  it('wait for members that are declared and have not sent anything, for as long as for silent ones', () => {
    const idle = view({}, { idleTimeout: '5s', maxIdle: '1h' });
    const steps = [clock(0), sample(1, 'pump-1'), clock(1), sample(11, 'pump-1'), clock(4)];
    expect(brief(simulate(idle, steps))).toEqual([]);
    expect(brief(simulate(idle, [...steps, sample(12, 'pump-1'), clock(5)]))).toEqual([
      'line-1 [0, 10) 1 (+1) ON_TIME r0',
    ]);
  });

  it('do not wait any more for a source that has left the group', () => {
    const steps = [sample(1, 'pump-1'), sample(2, 'pump-2'), sample(12, 'pump-1')];
    expect(brief(simulate(view({}, {}, [pump('pump-1'), pump('pump-2', [])]), steps))).toEqual([
      'line-1 [0, 10) 1 (+1) ON_TIME r0',
    ]);
  });

  it('wait for a silent member where the policy says hold', () => {
    const hold = view({}, { idleTimeout: '5s', onIdle: 'hold' });
    const steps = [clock(0), sample(1, 'pump-1'), sample(1, 'pump-2'), clock(4), sample(11, 'pump-1'), clock(600)];
    expect(brief(simulate(hold, steps))).toEqual([]);
  });

  describe('where the policy says hold', () => {
    const until = (validTo: number | null, name = 'pump-2') => ({
      ...pump(name),
      ...(validTo !== null && { validTo: new Date(validTo * 1000).toISOString() }),
    });
    const holding = (...sources: Parameters<typeof view>[2] & object) =>
      view({}, { idleTimeout: '5s', onIdle: 'hold', maxIdle: '1h' }, [pump('pump-1'), ...sources]);
    const silent = [clock(0), sample(1, 'pump-1'), sample(2, 'pump-2'), clock(4), sample(35, 'pump-1'), clock(3_000)];

    it('do not wait for a member that is valid no more and silent, and have what it sent before', () => {
      expect(brief(simulate(holding(until(null)), silent))).toEqual([]);
      const events = simulate(holding(until(15)), silent);
      expect(brief(events).at(0)).toBe('line-1 [0, 10) 2 (+2) ON_TIME r0');
      expect(brief(simulate(holding(until(4_000)), silent))).toEqual([]);
    });

    it('wait for what it has to say of windows that begin while it is valid, and not of later ones', () => {
      const steps = [clock(0), sample(1, 'pump-1'), sample(2, 'pump-2'), sample(45, 'pump-1')];
      expect(brief(simulate(holding(until(15)), steps))).toEqual([]);
      const told = simulate(holding(until(15)), [...steps, sample(20, 'pump-2')]);
      expect(brief(told)).toEqual(['line-1 [0, 10) 2 (+2) ON_TIME r0']);
      expect(brief(simulate(holding(until(15)), [...steps, sample(20, 'pump-2'), sample(55, 'pump-1')])).length).toBe(
        2,
      );
    });

    it('do not wait for a member that has never sent anything and is valid no more, nor before it is', () => {
      const steps = [clock(0), sample(1, 'pump-1'), sample(35, 'pump-1')];
      expect(brief(simulate(holding(until(null)), [...steps, clock(9_000)]))).toEqual([]);
      expect(brief(simulate(holding(until(15)), steps))).toEqual([]);
      expect(brief(simulate(holding(until(15)), [...steps, clock(60)]))).toEqual(['line-1 [0, 10) 1 (+1) ON_TIME r0']);
      const later = { ...pump('pump-2'), validFrom: '1970-01-02T00:00:00Z' };
      expect(brief(simulate(holding(later), steps))).toEqual(['line-1 [0, 10) 1 (+1) ON_TIME r0']);
    });
  });

  it('fire when all members are silent, and are final when all have been for long', () => {
    const idle = view({}, { idleTimeout: '5s', maxIdle: '2m' });
    const steps = [clock(0), sample(1, 'pump-1'), sample(2, 'pump-2'), clock(30)];
    const events = simulate(idle, steps);
    expect(brief(events).at(-1)).toBe('line-1 [0, 10) 2 (+1) LATE r1');
    expect(recordsOf(events).some(({ kind }) => kind === 'finalized')).toBe(false);
    const ended = simulate(idle, [...steps, clock(600)]);
    expect(recordsOf(ended).filter(({ kind }) => kind === 'finalized')).toMatchObject([{ startUs: 0, revision: 1 }]);
  });

  it('on a schedule exist also where no member sent anything', () => {
    const cron = view({ open: { cron: { expression: '*/10 * * * * *', scope: 'group' } } }, {}, [pump('pump-1')]);
    expect(brief(simulate(cron, [sample(1, 'pump-1'), sample(35, 'pump-1')]))).toEqual([
      'line-1 [0, 10) 1 (+1) ON_TIME r0',
      'line-1 [10, 20) 0 (+0) ON_TIME r0',
      'line-1 [20, 30) 0 (+0) ON_TIME r0',
    ]);
  });

  it('on a schedule begin with the first element that is counted, however far members are', () => {
    const cron = view({ open: { cron: { expression: '*/15 * * * * *', scope: 'group' } } }, { outOfOrderness: '2s' });
    const steps = [sample(46, 'pump-1'), sample(70, 'pump-2'), sample(80, 'pump-1'), sample(80, 'pump-2')];
    expect(brief(simulate(cron, steps))).toEqual([
      'line-1 [45, 60) 1 (+1) ON_TIME r0',
      'line-1 [60, 75) 1 (+1) ON_TIME r0',
    ]);
  });

  it('name the elements that their members have told of, in order', () => {
    const idle = view({}, { idleTimeout: '5s', maxIdle: '1h' });
    const [a, b, c] = [sample(2, 'pump-1'), sample(1, 'pump-2'), sample(3, 'pump-2')];
    const steps = [clock(0), a, b, clock(4), sample(11, 'pump-1'), clock(7), c, watermark(10, 'pump-2')];
    const named = simulate(idle, steps, true).flatMap((event) => (event.kind === 'record' ? [event.elementIds] : []));
    const ids = [b, a, c].map((step) => (step.kind === 'signal' ? step.signal.id : ''));
    expect(named).toEqual([[ids[1]], ids]);
  });

  it('in a calendar are its shifts, named', () => {
    const intervals = [{ name: 'early', start: '00:00:05', end: '00:00:20' }];
    const open = { calendar: { zone: 'UTC', scope: 'group' as const, intervals } };
    const events = simulate(view({ open }), [
      ...['pump-1', 'pump-2'].flatMap((name) => [sample(6, name), sample(30, name)]),
    ]);
    expect(brief(events)).toEqual(['line-1 [5, 20) 2 (+2) ON_TIME r0']);
    expect(panesOf(events)[0]!.metadata).toMatchObject({ shift: 'early' });
  });

  it('are refused what only windows of sources can have', () => {
    const refused = definedView({
      windowTypes: [
        { ...ofLine(), name: 'a', keepSignals: {}, metadata: { load: { type: 'double', required: true } } },
        { ...ofLine(), name: 'b', parent: 'a@1' },
        { ...ofLine(), name: 'c', reads: [] },
      ],
    });
    expect(refused.ok ? [] : refused.problems.map(({ code, path }) => [code, path])).toEqual([
      ['GROUP_WINDOWS', 'windowTypes[0].keepSignals'],
      ['GROUP_WINDOWS', 'windowTypes[0].metadata.load'],
      ['GROUP_WINDOWS', 'windowTypes[1].parent'],
      ['GROUP_WINDOWS', 'windowTypes[2].reads'],
    ]);
  });

  const events = fc.array(
    fc.tuple(fc.integer({ min: -300, max: 600 }), fc.constantFrom(...MEMBERS)).map(([at, of]) => sample(at / 10, of)),
    { minLength: 1, maxLength: 30 },
  );

  it.each([
    ['fixed', { fixed: { size: '10s', offset: '3s', scope: 'group' } }],
    ['sliding', { sliding: { size: '12s', slide: '5s', scope: 'group' } }],
    ['cron', { cron: { expression: '*/10 * * * * *', scope: 'group' } }],
  ] as const)('hold exactly the elements of their time, in whatever order these come: %s', (_, open) => {
    const ends: SimulationStep[] = MEMBERS.flatMap((name) => [
      signal('sample', 0, { source: name }),
      watermark(400, name),
    ]);
    fc.assert(
      fc.property(
        events.chain((all) =>
          fc.record({ all: fc.constant(all), other: fc.shuffledSubarray(all, { minLength: all.length }) }),
        ),
        ({ all, other }) => {
          const of = view(
            { open },
            { allowedLateness: '5m' },
            MEMBERS.map((name) => pump(name)),
          );
          const panes = finalPanes(simulate(of, [...all, ...ends]));
          const events = simulate(of, [...other, ...ends]);
          expect(finalPanes(events)).toEqual(panes);
          expect(droppedOf(events)).toEqual([]);
          const times = [...all, ...ends].flatMap((step) =>
            step.kind === 'signal' && step.signal.phase === 'POINT' ? [step.signal.eventTimeUs] : [],
          );
          for (const [, pane] of panes as [string, { startUs: number; endUs: number; elements: number }][])
            expect(pane.elements).toBe(times.filter((at) => pane.startUs <= at && at < pane.endUs).length);
        },
      ),
      { numRuns: 60 },
    );
  });
});
