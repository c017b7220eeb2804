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

  it('tell of whole lives that have no end', () => {
    const whole = { name: 'whole', version: 1, reads: ['sample'], open: { wholeLife: {} } };
    const state = defined([whole, { ...cycle, parent: 'whole@1' }]);
    const total = algorithm('total', { windows: ['whole@1'] });
    const waits = algorithm('waits', { dependencies: [{ algorithm: 'level@1', onProvisional: 'wait' }] });
    expect(warned([total, algorithm('level'), waits], state)).toMatchObject([
      { code: 'LIFE_WITHOUT_END', path: 'algorithms[0].windows', chain: ['total@1', 'whole@1'] },
      { code: 'LIFE_WITHOUT_END', path: 'algorithms[2].dependencies[0].onProvisional' },
    ]);
  });

  it('tell of a wait that ends before final results come', () => {
    const late = defined([hour, { ...cycle, parent: 'hour@1', policy: { allowedLateness: '10m' } }]);
    const waits = (wait: string) =>
      algorithm('waits', { dependencies: [{ algorithm: 'level@1', onProvisional: 'wait', wait }] });
    expect(warned([algorithm('level'), waits('9m')], late)).toMatchObject([
      { code: 'WAIT_TOO_SHORT', message: expect.stringContaining('waits 9m for final results of level@1 on cycle@1') },
    ]);
    expect(warned([algorithm('level'), waits('10m')], late)).toEqual([]);
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
