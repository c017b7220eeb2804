import { describe, expect, it } from '@jest/globals';
import { beginUs } from './begin.ts';
import { definedView } from './defined-view.ts';
import { SimulationError } from './step.ts';
import {
  clock,
  droppedOf,
  found,
  life,
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

const lifeType: WindowTypeInput = {
  name: 'life',
  version: 1,
  reads: ['sample'],
  open: { startStop: { signal: 'life', maxDuration: '1h' } },
  policy: { outOfOrderness: '0s', allowedLateness: '1m', idleTimeout: 'never' },
};
const cycleType: WindowTypeInput = {
  name: 'cycle',
  version: 1,
  reads: ['sample'],
  open: { fixed: { size: '10s' } },
  policy: { outOfOrderness: '0s', allowedLateness: '1m', idleTimeout: 'never' },
};
const detector = [{ name: 'health', algorithms: ['detector@1'] }];

const secondsOf = (us: number): number => us / SECOND;

describe('processing time', () => {
  it('begins at the latest event time before the first clock, but not after that clock', () => {
    expect(beginUs([])).toBe(0);
    expect(beginUs([clock(5), sample(9)])).toBe(5 * SECOND);
    expect(beginUs([sample(9), sample(7), clock(20), sample(30)])).toBe(9 * SECOND);
    expect(beginUs([sample(90), clock(20)])).toBe(20 * SECOND);
    expect(beginUs([watermark(900), sample(1)])).toBe(900 * SECOND);
    expect(beginUs([sample(1), watermark(8_993_721_600)])).toBe(1 * SECOND);
  });

  it('fires timers of all sources in order of their time, at that time', () => {
    const view = viewOf({ windowTypes: [{ ...cycleType, policy: { ...cycleType.policy, early: { every: '5s' } } }] });
    const events = simulate(view, [clock(0), sample(1, 'b'), clock(2), sample(1, 'a'), sample(1, 'c'), clock(60)]);
    expect(panesOf(events).map(({ key, firedAtUs, timing }) => [key, secondsOf(firedAtUs), timing])).toEqual([
      ['b', 5, 'EARLY'],
      ['a', 7, 'EARLY'],
      ['c', 7, 'EARLY'],
    ]);
  });

  it('goes on without windows that the policy does not catch up on, and says which', () => {
    const view = viewOf({
      windowTypes: [
        {
          name: 'minute',
          version: 1,
          reads: ['sample'],
          open: { cron: { expression: '* * * * *' } },
          policy: { outOfOrderness: '0s', idleTimeout: 'never', catchUp: { windows: 'last' } },
        },
      ],
    });
    const events = simulate(view, [sample(30), sample(630), watermark(660)]);
    expect(panesOf(events).map(({ startUs }) => secondsOf(startUs))).toEqual([0, 540, 600]);
    expect(events.filter(({ kind }) => kind === 'skipped')).toEqual([
      {
        kind: 'skipped',
        source: 'unit-1',
        windowType: 'minute@1',
        reason: 'policy',
        windows: 8,
        isAll: true,
        fromUs: 60 * SECOND,
        toUs: 540 * SECOND,
      },
    ]);
  });

  it('makes a silent source idle: the watermark that the hub asks for arrives', () => {
    const view = viewOf({
      windowTypes: [
        { ...cycleType, policy: { outOfOrderness: '0s', idleTimeout: '30s', maxIdle: '1h', allowedLateness: '1m' } },
      ],
    });
    const events = simulate(view, [clock(0), sample(1), clock(29), clock(31), clock(5_000)]);
    const [pane] = panesOf(events);
    expect(pane).toMatchObject({ timing: 'ON_TIME', firedAtUs: 30 * SECOND });
    expect(recordsOf(events).map(({ kind }) => kind)).toEqual(['pane', 'finalized']);
  });

  it('does not go back', () => {
    const view = viewOf({ windowTypes: [cycleType] });
    expect(() => simulate(view, [clock(5), clock(4)])).toThrow(
      'processing time is 1970-01-01T00:00:05.000000Z already and does not go back to 1970-01-01T00:00:04.000000Z',
    );
  });

  it('drives windows that belong to no source', () => {
    const view = viewOf({
      windowTypes: [{ name: 'shift', version: 1, open: { cron: { expression: '0 * * * *', scope: 'global' } } }],
    });
    const panes = panesOf(simulate(view, [clock(1_800), clock(9_000)]));
    expect(panes.map(({ key, startUs, endUs }) => [key, secondsOf(startUs), secondsOf(endUs)])).toEqual([
      ['global', 0, 3_600],
      ['global', 3_600, 7_200],
    ]);
  });
});

describe('window types', () => {
  it('are those whose selector matches the declared source', () => {
    const view = viewOf({
      windowTypes: [{ ...cycleType, for: { groups: ['fleet'] } }],
      sources: [{ name: 'in', kind: 'unit', groups: ['fleet'] }],
    });
    const events = simulate(view, [sample(1, 'in'), sample(1, 'out'), sample(11, 'in'), sample(11, 'out')]);
    expect(panesOf(events).map(({ key }) => key)).toEqual(['in']);
    expect(droppedOf(events).map(({ source, code, to }) => [source, code, to])).toEqual([
      ['out', 'UNREAD', null],
      ['out', 'UNREAD', null],
    ]);
  });

  it('come with the algorithms of registrations: panes name previous windows', () => {
    const registration = {
      name: 'health',
      version: '1.0.0',
      algorithms: [
        { name: 'level', version: 1, windows: ['cycle@1'], result: 'double' },
        {
          name: 'trend',
          version: 1,
          windows: ['cycle@1'],
          result: 'double',
          dependencies: [{ algorithm: 'level@1', relation: { previous: 1 } }],
        },
      ],
    };
    const defined = definedView({ windowTypes: [cycleType] }, [registration]);
    if (!defined.ok) throw new Error(JSON.stringify(defined.problems));
    const [first, second] = panesOf(simulate(defined.view, [sample(1), sample(11), sample(21)]));
    expect(second!.previous).toEqual([{ dependency: 'previous(1)', windowIds: [first!.windowId] }]);
  });

  it('are refused with every problem, and whose it is', () => {
    expect(definedView({ windowTypes: [{ ...cycleType, parent: 'lif@1' }] })).toMatchObject({
      ok: false,
      problems: [{ code: 'UNKNOWN_WINDOW_TYPE', registration: null }],
    });
    expect(definedView({ windowTypes: [cycleType] }, [{ name: 'health' }])).toMatchObject({
      ok: false,
      problems: [
        { code: 'MALFORMED', path: 'algorithms', registration: 0 },
        { code: 'MALFORMED', path: 'version', registration: 0 },
      ],
    });
  });
});

describe('outcomes', () => {
  const emissionType: WindowTypeInput = {
    name: 'event',
    version: 1,
    reads: ['sample'],
    open: { emission: {} },
    policy: { allowedLateness: '1m' },
  };
  const view = viewOf({ windowTypes: [cycleType, emissionType], processors: detector });
  const cycle = { windowType: 'cycle@1', startUs: 0 };
  const emission = (key: string | null, startUs = 2 * SECOND) => ({
    windowType: 'event@1',
    key,
    startUs,
    endUs: 4 * SECOND,
    emissionKey: null,
    metadata: {},
  });

  it('open windows of their own source and of others', () => {
    const events = simulate(view, [
      sample(1),
      sample(12),
      sample(12, 'unit-2'),
      found(cycle, { emissions: [emission(null), emission('unit-2')] }),
    ]);
    expect(panesOf(events, 'event@1').map(({ key, openedBy }) => [key, openedBy?.algorithm ?? null])).toEqual([
      ['unit-1', 'detector@1'],
      ['unit-2', null],
    ]);
  });

  it('of a later run, or withdrawn, withdraw what they do not emit any more', () => {
    const emitted = [sample(1), sample(12), found(cycle, { emissions: [emission(null)] })];
    const again = simulate(view, [...emitted, found(cycle, { emissions: [emission(null, 3 * SECOND)] })]);
    expect(recordsOf(again).map(({ kind }) => kind)).toEqual(['pane', 'pane', 'withdrawn', 'pane']);
    const withdrawn = simulate(view, [...emitted, found(cycle, { isWithdrawal: true })]);
    expect(recordsOf(withdrawn).at(-1)).toMatchObject({ kind: 'withdrawn', windowType: 'event@1' });
  });

  it('meet conditions', () => {
    const degraded = viewOf({
      windowTypes: [
        lifeType,
        { ...cycleType, parent: 'life@1' },
        {
          name: 'degraded',
          version: 1,
          parent: 'life@1',
          open: { outcome: { algorithm: 'detector@1', when: 'result > 3.0' } },
        },
      ],
      processors: detector,
    });
    const begun = [life('START', 0), sample(1), sample(11), sample(21)];
    const panes = panesOf(
      simulate(degraded, [
        ...begun,
        found(cycle, { result: 2 }),
        found({ windowType: 'cycle@1', startUs: 10 * SECOND }, { result: 4 }),
        life('STOP', 30),
        watermark(60),
      ]),
      'degraded@1',
    );
    expect(panes.map(({ startUs, endUs }) => [secondsOf(startUs), secondsOf(endUs)])).toEqual([[10, 30]]);
  });

  it('are of windows that have fired, by algorithms that are known', () => {
    const errorOf = (...steps: Parameters<typeof simulate>[1]) => {
      try {
        simulate(view, steps);
        return null;
      } catch (error) {
        return error instanceof SimulationError ? error.code : error;
      }
    };
    expect(errorOf(sample(1), found(cycle))).toBe('UNKNOWN_WINDOW');
    expect(errorOf(sample(1), sample(12), found(cycle, { algorithm: 'detecter@1' }))).toBe('UNKNOWN_ALGORITHM');
    expect(errorOf(sample(1), sample(12), found(cycle, { isWithdrawal: true }))).toBe('NO_RUN');
    expect(errorOf(sample(1), sample(12), found(cycle))).toBeNull();
  });
});

describe('what is dropped', () => {
  const view = viewOf({ windowTypes: [lifeType, cycleType] });

  it('is named with its step, the reason, and where the hub sends it', () => {
    const twice = signal('sample', 12, { id: 'twice' });
    const events = simulate(view, [
      clock(20),
      twice,
      twice,
      sample(5_000),
      watermark(100),
      sample(3),
      signal('other', 1),
    ]);
    expect(droppedOf(events).map(({ step, code, to }) => [step, code, to])).toEqual([
      [2, 'DUPLICATE', null],
      [3, 'TOO_FAR_AHEAD', 'dlq'],
      [5, 'LATE', 'late'],
      [6, 'UNREAD', null],
    ]);
  });

  it('is each element that was here before the window that holds it, where what lies in that is final', () => {
    const short = viewOf({
      windowTypes: [lifeType, { ...cycleType, parent: 'life@1', policy: { outOfOrderness: '0s' } }],
    });
    const sent = [signal('sample', 5, { id: 'five' }), signal('sample', 12, { id: 'twelve' }), sample(40)];
    const dropped = droppedOf(simulate(short, [...sent, life('START', 1)]));
    expect(dropped).toMatchObject([
      { step: 0, source: 'unit-1', signal: { id: 'five', name: 'sample' }, code: 'LATE_WITHIN', to: 'late' },
      { step: 1, source: 'unit-1', signal: { id: 'twelve' }, code: 'LATE_WITHIN', to: 'late' },
    ]);
    expect(dropped[0]!.reason).toContain('2 elements from 5000000 µs to 12000000 µs were here before');
  });

  it('is a STOP that waited in vain, when the watermark comes', () => {
    const [dropped] = droppedOf(simulate(view, [signal('life', 5, { phase: 'STOP', id: 'alone' }), watermark(500)]));
    expect(dropped).toMatchObject({ signal: { id: 'alone' }, code: 'STOP_WITHOUT_START', to: 'dlq' });
  });

  it('is an emission that no type is for', () => {
    const emission = {
      id: 'e',
      windowType: 'none@1',
      key: 'unit-1',
      startUs: 0,
      endUs: 1,
      emissionKey: null,
      parentWindowId: null,
      metadata: {},
    };
    expect(droppedOf(simulate(view, [{ kind: 'emission', emission }]))).toMatchObject([
      { step: 0, emission: { windowType: 'none@1' }, code: 'UNKNOWN_WINDOW_TYPE', to: 'dlq' },
    ]);
  });
});

describe('what is stored apart from the state of a source', () => {
  it('is there when it is needed: signals kept, and children forgotten long ago', () => {
    const view = viewOf({
      windowTypes: [
        { ...lifeType, policy: { ...lifeType.policy, allowedLateness: '1d' } },
        { ...cycleType, parent: 'life@1', keepSignals: {}, policy: { ...cycleType.policy, allowedLateness: '0s' } },
      ],
    });
    const samples = Array.from({ length: 3_000 }, (_, i) => sample(i / 10));
    const events = simulate(view, [life('START', 0), ...samples, life('STOP', 300), watermark(400), life('STOP', 100)]);
    const cycles = panesOf(events, 'cycle@1');
    expect(cycles.map(({ signals, elements }) => signals!.length - elements)).toEqual(cycles.map(() => 0));
    const withdrawn = recordsOf(events).filter(({ kind }) => kind === 'withdrawn');
    expect(cycles).toHaveLength(30);
    expect(withdrawn).toHaveLength(20);
  });

  it('is read back for a late element in a window that fired long ago', () => {
    const view = viewOf({
      windowTypes: [{ ...cycleType, keepSignals: {}, policy: { ...cycleType.policy, allowedLateness: '1d' } }],
    });
    const samples = Array.from({ length: 5_000 }, (_, i) => sample(i / 10));
    const pane = panesOf(simulate(view, [...samples, sample(3.25)])).at(-1);
    expect(pane).toMatchObject({ startUs: 0, timing: 'LATE', elements: 101 });
    expect(pane!.signals).toHaveLength(101);
  });
});
