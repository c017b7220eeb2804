import { describe, expect, it } from '@jest/globals';
import { after, algorithm, cycle, defined, processor, register } from '../registry.fixture.ts';
import { nominalPeriodUs } from './period.ts';

const HOUR_US = 3_600_000_000;
const hour = { name: 'hour', version: 1, reads: ['sample'], open: { fixed: { size: '1h' } } };
const slow = algorithm('slow', { windows: ['hour@1'] });
const fast = (more: object = {}) =>
  algorithm('fast', { dependencies: [{ algorithm: 'slow@1', relation: 'parent', ...more }] });

const warned = (
  algorithms: Parameters<typeof processor>[0],
  state = defined([hour, { ...cycle, parent: 'hour@1' }]),
) => {
  const outcome = register(processor(algorithms), state);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome.warnings;
};

describe('warnings', () => {
  it('tell of an upstream that fires far less often than what needs it', () => {
    expect(warned([slow, fast()])).toMatchObject([
      {
        code: 'UPSTREAM_RARE',
        path: 'algorithms[1].dependencies[0]',
        message: expect.stringContaining('fires every 2s and needs slow@1 on hour@1, which fires every 1h'),
        chain: ['fast@1 on cycle@1', 'parent', 'slow@1 on hour@1'],
        owners: ['default'],
      },
    ]);
    expect(warned([slow, fast({ onMissing: 'runWithout' })])).toEqual([]);
    const inner = { ...cycle, parent: 'hour@1', open: { fixed: { size: '10m' } } };
    expect(warned([slow, fast()], defined([hour, inner]))).toEqual([]);
    const early = defined([
      { ...hour, policy: { early: { every: '5s' } } },
      { ...cycle, parent: 'hour@1' },
    ]);
    const often = { ...slow, windows: [{ windowType: 'hour@1', on: ['EARLY' as const, 'ON_TIME' as const] }] };
    expect(warned([often, fast()], early)).toEqual([]);
  });

  it('tell only what the document is about', () => {
    const state = defined([hour, { ...cycle, parent: 'hour@1' }]);
    const there = after(register(processor([slow, fast()]), state), state);
    const other = register(processor([algorithm('other')], { name: 'second' }), there);
    expect(other).toMatchObject({ ok: true, warnings: [] });
    expect(register(processor([slow], { name: 'health' }), there)).toMatchObject({
      warnings: [{ code: 'UPSTREAM_RARE' }, { code: 'LEFT_OUT', chain: ['health', 'fast@1'] }],
    });
  });

  it('tell nothing of whole lives that end with the windows they lie in', () => {
    const state = defined([hour, { ...cycle, parent: 'hour@1', open: { wholeLife: {} } }]);
    const waits = algorithm('waits', { dependencies: [{ algorithm: 'level@1', onProvisional: 'wait' }] });
    expect(warned([algorithm('level'), waits], state)).toEqual([]);
  });

  it('tell of windows that last as long as their source, and of none that lie in them', () => {
    const whole = { name: 'whole', version: 1, reads: ['sample'], open: { wholeLife: {} } };
    const rest = {
      name: 'rest',
      version: 1,
      parent: 'whole@1',
      open: { outcome: { algorithm: 'level@1', when: 'true' } },
    };
    const state = defined([{ ...whole, policy: { early: { every: '1m' } } }, { ...cycle, parent: 'whole@1' }, rest], {
      processors: [{ name: 'health', algorithms: ['level@1'] }],
    });
    const total = algorithm('total', { windows: ['whole@1'] });
    const early = [{ windowType: 'whole@1', on: ['EARLY' as const] }];
    const joins = (more: object) =>
      algorithm('joins', { windows: early, dependencies: [{ algorithm: 'level@1', relation: 'children', ...more }] });
    const waits = (of: string, type: string) =>
      algorithm(`waits-${of}`, { windows: [type], dependencies: [{ algorithm: `${of}@1`, onProvisional: 'wait' }] });
    const after = algorithm('after', { windows: ['rest@1'] });
    const told = warned(
      [algorithm('level'), total, joins({}), waits('level', 'cycle@1'), waits('total', 'whole@1'), after],
      state,
    );
    expect(told.map(({ code, path }) => `${code} ${path}`).sort()).toEqual([
      'LIFE_WITHOUT_END algorithms[1].windows',
      'LIFE_WITHOUT_END algorithms[2].dependencies[0].relation',
      'LIFE_WITHOUT_END algorithms[4].dependencies[0].onProvisional',
      'LIFE_WITHOUT_END algorithms[4].windows',
      'LIFE_WITHOUT_END algorithms[5].windows',
    ]);
    expect(warned([algorithm('level'), joins({ wait: '1m' })], state)).toEqual([]);
  });

  it('tell of a wait that ends before final results come', () => {
    const late = defined([hour, { ...cycle, parent: 'hour@1', policy: { allowedLateness: '10m' } }]);
    const waits = (more: object, own: object = {}) =>
      algorithm('waits', { dependencies: [{ algorithm: 'level@1', onProvisional: 'wait', ...more }], ...own });
    expect(warned([algorithm('level'), waits({ wait: '9m' })], late)).toMatchObject([
      { code: 'WAIT_TOO_SHORT', message: expect.stringContaining('waits 9m for final results of level@1 on cycle@1') },
    ]);
    expect(warned([algorithm('level'), waits({ wait: '10m' })], late)).toEqual([]);
    expect(warned([algorithm('level'), waits({}, { scheduleToClose: '9m' })], late)).toMatchObject([
      {
        code: 'WAIT_TOO_SHORT',
        path: 'algorithms[1].dependencies[0].onProvisional',
        message: expect.stringContaining('has 9m (scheduleToClose) for final results of level@1 on cycle@1'),
      },
    ]);
    // Its own run begins when those are final.
    const final = [{ windowType: 'cycle@1', on: ['FINAL' as const] }];
    expect(warned([algorithm('level'), waits({ wait: '1s' }, { windows: final })], late)).toEqual([]);
    const onlyFinal = algorithm('level', { windows: final });
    expect(warned([onlyFinal, waits({ onProvisional: 'accept', wait: '1s' })], late)).toMatchObject([
      { code: 'WAIT_TOO_SHORT', mend: expect.stringContaining('let level@1 take ON_TIME panes too') },
    ]);
    expect(warned([onlyFinal, waits({ onProvisional: 'accept' })], late)).toEqual([]);
  });

  it('tell of a wait for previous windows only as long as those last that are not final yet', () => {
    const late = defined([{ ...hour, policy: { allowedLateness: '90m' } }]);
    const level = algorithm('level', { windows: ['hour@1'] });
    const waits = (previous: number) =>
      algorithm('waits', {
        windows: ['hour@1'],
        dependencies: [
          {
            algorithm: 'level@1',
            relation: { previous: { count: 1, gap: previous } },
            onProvisional: 'wait',
            wait: '20m',
          },
        ],
      });
    expect(
      warned(
        [level, { ...waits(1), dependencies: [{ ...waits(1).dependencies![0]!, relation: { previous: 1 } }] }],
        late,
      ),
    ).toMatchObject([
      { code: 'WAIT_TOO_SHORT', message: expect.stringContaining('which come 30m after it could begin') },
    ]);
    expect(warned([level, waits(1)], late)).toEqual([]);
  });

  it('tell of bindings that take what comes only now and then', () => {
    const policy = { early: { count: 3 }, allowedLateness: '1m' };
    const state = defined([
      { name: 'asked', version: 1, reads: ['sample'], open: { emission: {} }, policy },
      { name: 'bare', version: 1, open: { emission: {} }, policy },
      { ...hour, expected: { every: '1s' }, policy },
      { name: 'life', version: 1, reads: ['sample'], open: { wholeLife: {} }, expected: { every: '1s' }, policy },
    ]);
    const told = (windowType: string, on: ('EARLY' | 'LATE' | 'ON_TIME')[], more: object = {}) =>
      warned([algorithm('a', { windows: [{ windowType, on, ...more }] })], state).map(({ code }) => code);
    expect(told('asked@1', ['EARLY'])).toEqual(['SELDOM_RUNS']);
    expect(told('asked@1', ['EARLY', 'LATE'])).toEqual([]);
    expect(told('asked@1', ['LATE'])).toEqual([]);
    expect(told('bare@1', ['LATE'])).toEqual(['SELDOM_RUNS']);
    expect(told('hour@1', ['EARLY'], { minCompleteness: 1 })).toEqual(['SELDOM_RUNS']);
    expect(told('hour@1', ['EARLY'], { minCompleteness: 0.9 })).toEqual([]);
    expect(told('hour@1', ['EARLY', 'ON_TIME'], { minCompleteness: 1 })).toEqual([]);
    expect(told('life@1', ['EARLY'], { minCompleteness: 0.1 })).toEqual(['SELDOM_RUNS']);
    expect(told('life@1', ['EARLY'])).toEqual([]);
  });

  it('tell of windows that signals would open where their time has passed', () => {
    const told = (on: ('FINAL' | 'ON_TIME')[], until: string) => {
      const state = defined(
        [
          { ...hour, policy: { allowedLateness: '1m' } },
          {
            name: 'after',
            version: 1,
            open: { outcome: { algorithm: 'level@1', when: 'true', from: 'end', until, once: 'never' } },
          },
          { name: 'mark', version: 1, parent: 'after@1', reads: ['sample'], open: { session: { gap: '1s' } } },
        ],
        { processors: [{ name: 'health', algorithms: ['level@1', 'deep@1'] }] },
      );
      const level = algorithm('level', { windows: [{ windowType: 'hour@1', on }] });
      return warned([level, algorithm('deep', { windows: ['mark@1', 'hour@1'] })], state);
    };
    expect(told(['FINAL'], '1m')).toMatchObject([
      { code: 'SELDOM_RUNS', path: 'algorithms[1].windows', chain: ['deep@1 on mark@1'] },
    ]);
    expect(told(['FINAL'], '61s')).toEqual([]);
    expect(told(['ON_TIME', 'FINAL'], '1m')).toEqual([]);
  });

  it('tell of who needs what only late data brings', () => {
    const state = defined([
      { ...hour, policy: { allowedLateness: '1m' } },
      { ...cycle, parent: 'hour@1', policy: { allowedLateness: '1m' } },
    ]);
    const supplied = (on: ('LATE' | 'ON_TIME')[], onMissing: 'skip' | 'runWithout') =>
      warned(
        [
          algorithm('late', { windows: [{ windowType: 'cycle@1', on }] }),
          algorithm('all', {
            windows: ['hour@1'],
            dependencies: [{ algorithm: 'late@1', relation: 'children', onMissing }],
          }),
        ],
        state,
      );
    expect(supplied(['LATE'], 'skip')).toMatchObject([
      {
        code: 'SELDOM_RUNS',
        path: 'algorithms[1].dependencies[0]',
        chain: ['all@1 on hour@1', 'children', 'late@1 on cycle@1'],
      },
    ]);
    expect(supplied(['LATE'], 'runWithout')).toEqual([]);
    expect(supplied(['ON_TIME', 'LATE'], 'skip')).toEqual([]);
  });
});

describe('the nominal period', () => {
  it.each([
    ['*/5 * * * *', HOUR_US / 12],
    ['0 6,14,22 * * *', 8 * HOUR_US],
    ['0 0 1 * *', 31 * 24 * HOUR_US],
  ])('of the cron %s', (expression, periodUs) => {
    expect(nominalPeriodUs({ kind: 'cron', expression, zone: 'UTC', scope: 'source' })).toBe(periodUs);
  });
});
