import { describe, expect, it } from '@jest/globals';
import {
  algorithm,
  cycle,
  define,
  defined,
  life,
  problemsOf,
  processor,
  refusal,
  register,
} from '../registry.fixture.ts';

describe('starvation', () => {
  it('refuses to require own previous results: the first window has none, nor has the next where a skipped one counts as none', () => {
    const reading = (rules: object) =>
      refusal([algorithm('rul', { dependencies: [{ algorithm: 'rul@1', relation: { previous: 1 }, ...rules }] })]);
    expect(reading({ onMissing: 'skip', onFailed: 'skip' })).toMatchObject([
      { code: 'STARVED', chain: ['rul@1 on cycle@1', 'rul@1 on cycle@1'] },
    ]);
    expect(reading({ onMissing: 'skip' })).toEqual([]);
  });

  it('refuses to require previous results in a whole life, of which a source has one', () => {
    const one = { version: 1, reads: ['sample'], open: { wholeLife: {} } };
    const whole = defined([
      life,
      { ...one, name: 'all' },
      { ...one, name: 'inner', parent: 'all@1' },
      { ...one, name: 'of-each', parent: 'life@1' },
    ]);
    const reading = (windowType: string, onMissing: 'skip' | 'runWithout') =>
      problemsOf(
        register(
          processor([
            algorithm('rul', {
              windows: [windowType],
              dependencies: [{ algorithm: 'rul@1', relation: { previous: 1 }, onMissing }],
            }),
          ]),
          whole,
        ),
      );
    for (const windowType of ['all@1', 'inner@1']) {
      expect(reading(windowType, 'skip')).toMatchObject([{ code: 'STARVED', chain: [`rul@1 on ${windowType}`] }]);
      expect(reading(windowType, 'runWithout')).toEqual([]);
    }
    expect(reading('of-each@1', 'skip')).toEqual([]);
  });

  it('refuses what two dependencies on previous windows rule out together, and what needs its result on the same window', () => {
    const rules = (...own: object[]) => own.map((one) => ({ algorithm: 'rul@1', relation: { previous: 1 }, ...one }));
    const notOnFirst = { onMissing: 'skip', onFailed: 'runWithout' };
    const notAfterSkipped = { onMissing: 'runWithout', onFailed: 'skip' };
    const reading = (...own: object[]) => refusal([algorithm('rul', { dependencies: rules(...own) })]);
    expect(reading(notOnFirst)).toEqual([]);
    expect(reading(notAfterSkipped)).toEqual([]);
    expect(reading(notOnFirst, notAfterSkipped)).toMatchObject([
      { code: 'STARVED', chain: ['rul@1 on cycle@1', 'rul@1 on cycle@1'] },
    ]);
    const both = refusal([
      algorithm('base', { dependencies: [{ ...rules(notOnFirst)[0]!, algorithm: 'base@1' }] }),
      algorithm('rul', { dependencies: [...rules(notAfterSkipped), { algorithm: 'base@1', relation: 'same' }] }),
    ]);
    expect(both).toMatchObject([{ code: 'STARVED', chain: ['rul@1 on cycle@1', expect.any(String)] }]);
  });

  it('refuses to join all children of a whole life where the first of them has no result', () => {
    const types = [
      { name: 'all', version: 1, reads: ['sample'], open: { wholeLife: {} } },
      { name: 'part', version: 1, parent: 'all@1', reads: ['sample'], open: { fixed: { size: '10s' } } },
    ];
    const joining = (onFailed: 'skip' | 'runWithout') =>
      refusal(
        [
          algorithm('later', {
            windows: ['part@1'],
            dependencies: [
              { algorithm: 'later@1', relation: { previous: 1 }, onMissing: 'skip', onFailed: 'runWithout' },
            ],
          }),
          algorithm('rul', {
            windows: ['all@1'],
            dependencies: [{ algorithm: 'later@1', relation: 'children', onFailed }],
          }),
        ],
        defined(types),
      );
    expect(joining('skip')).toMatchObject([{ code: 'STARVED', chain: ['rul@1 on all@1', expect.any(String)] }]);
    expect(joining('runWithout')).toEqual([]);
  });

  it('reckons with windows that late data opens, and warns who runs only after those', () => {
    const perpetual = algorithm('rul', {
      windows: [{ windowType: 'hour@1', on: ['ON_TIME'] }],
      dependencies: [
        { algorithm: 'rul@1', relation: { previous: 2 }, onMissing: 'skip', onFailed: 'runWithout' },
        { algorithm: 'rul@1', relation: { previous: 1 }, onMissing: 'runWithout', onFailed: 'skip' },
      ],
    });
    const outcome = (allowedLateness: string) => {
      const hour = { name: 'hour', version: 1, reads: ['sample'], open: { session: { gap: '1h' } } };
      return register(processor([perpetual]), defined([{ ...hour, policy: { allowedLateness } }]));
    };
    expect(problemsOf(outcome('0s'))).toMatchObject([{ code: 'STARVED' }]);
    expect(outcome('1m')).toMatchObject({
      ok: true,
      warnings: [{ code: 'SELDOM_RUNS', path: 'algorithms[0]', chain: ['rul@1 on hour@1'] }],
    });
  });

  it('lets results over previous windows fail that no grid has', () => {
    const dependencies = (previous: string) => [
      { algorithm: 'rul@1', relation: { previous }, onMissing: 'runWithout' as const, onFailed: 'skip' as const },
      { algorithm: 'rul@1', relation: { previous: 1 }, onMissing: 'skip' as const, onFailed: 'runWithout' as const },
    ];
    const reading = (previous: string) => refusal([algorithm('rul', { dependencies: dependencies(previous) })]);
    expect(reading('2s')).toMatchObject([{ code: 'STARVED' }]);
    const grid = { name: 'grid', version: 1, reads: ['sample'], open: { fixed: { size: '2s' } } };
    const on = (previous: string) =>
      refusal([algorithm('rul', { windows: ['grid@1'], dependencies: dependencies(previous) })], defined([grid]));
    expect(on('2s')).toMatchObject([{ code: 'STARVED' }]);
    expect(on('1s')).toEqual([]);
  });

  it('lets previous results be required of a whole life within windows, and of nothing that a life has one of', () => {
    const whole = { name: 'all', version: 1, reads: ['sample'], open: { wholeLife: {} } };
    const first = {
      name: 'first',
      version: 1,
      parent: 'all@1',
      open: { outcome: { algorithm: 'finder@1', when: 'result > 1.0' } },
    };
    const reading = (windowType: string, types: Parameters<typeof defined>[0], more: object = {}) =>
      refusal(
        [
          algorithm('finder', { windows: [types![0]!.name + '@1'] }),
          algorithm('rul', {
            windows: [windowType],
            dependencies: [
              { algorithm: 'rul@1', relation: { previous: 1 }, onMissing: 'skip', onFailed: 'runWithout' },
            ],
          }),
        ],
        defined(types, { processors: [{ name: 'health', algorithms: ['finder@1'] }], ...more }),
      );
    expect(reading('all@1', [life, { ...whole, parent: 'life@1' }])).toEqual([]);
    expect(reading('first@1', [whole, first])).toMatchObject([{ code: 'STARVED', chain: ['rul@1 on first@1'] }]);
    const outcome = { algorithm: 'finder@1', when: 'true', until: '10s', once: 'never' as const };
    const after = { name: 'after', version: 1, open: { outcome } };
    expect(reading('after@1', [whole, after])).toMatchObject([{ code: 'STARVED', chain: ['rul@1 on after@1'] }]);
    expect(reading('after@1', [life, after])).toEqual([]);
    expect(reading('first@1', [life, { ...first, parent: 'life@1' }])).toEqual([]);
  });

  it('says what a starved algorithm takes with it: not who runs without those that were skipped, but who is skipped with them', () => {
    const stuck = algorithm('stuck', {
      windows: ['cycle@1', 'life@1'],
      dependencies: [{ algorithm: 'stuck@1', relation: { previous: 1 }, onMissing: 'skip', onFailed: 'skip' }],
    });
    const starved = (relation: 'same' | 'parent' | 'children', more: object) =>
      refusal([
        stuck,
        algorithm('reader', {
          windows: [relation === 'children' ? 'life@1' : 'cycle@1'],
          dependencies: [{ algorithm: 'stuck@1', relation, ...more }],
        }),
      ]).some(({ chain }) => chain![0]!.startsWith('reader'));
    expect(starved('same', { onMissing: 'runWithout' })).toBe(true);
    expect(starved('same', { onFailed: 'runWithout' })).toBe(false);
    expect(starved('parent', { onMissing: 'runWithout' })).toBe(false);
    expect(starved('parent', {})).toBe(true);
    expect(starved('children', {})).toBe(false);
    expect(starved('children', { onMissing: 'runWithout', onFailed: 'skip' })).toBe(true);
  });

  it('knows who has begun before: a reader of early panes runs without one that takes only final ones', () => {
    const early = defined([life, { ...cycle, policy: { early: { every: '1s' } } }]);
    const starved = (on: ('EARLY' | 'ON_TIME' | 'LATE' | 'FINAL')[], state = early) =>
      problemsOf(
        register(
          processor([
            algorithm('stuck', {
              dependencies: [{ algorithm: 'stuck@1', relation: { previous: 1 }, onMissing: 'skip', onFailed: 'skip' }],
            }),
            algorithm('reader', {
              windows: [{ windowType: 'cycle@1', on }],
              dependencies: [{ algorithm: 'stuck@1', onMissing: 'runWithout' }],
            }),
          ]),
          state,
        ),
      ).some(({ code, chain }) => code === 'STARVED' && chain![0]!.startsWith('reader'));
    expect(starved(['EARLY', 'ON_TIME'])).toBe(false);
    expect(starved(['EARLY', 'ON_TIME'], defined())).toBe(true);
    expect(starved(['FINAL'])).toBe(true);
  });

  it('starves whatever waits for a cron that never matches, and shows the way to it', () => {
    const never = { name: 'never', version: 1, reads: ['x'], open: { cron: { expression: '0 0 31 4 *' } } };
    const inner = { ...cycle, parent: 'never@1' };
    expect(problemsOf(define({ windowTypes: [never, inner] }))).toMatchObject([
      { code: 'CRON_NEVER_MATCHES' },
      { code: 'STARVED', path: 'windowTypes[1]', chain: ['cycle@1', 'never@1'] },
    ]);
  });
});
