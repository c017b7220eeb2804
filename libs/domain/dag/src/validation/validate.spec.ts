import { describe, expect, it } from '@jest/globals';
import {
  algorithm,
  after,
  codesOf,
  cycle,
  define,
  defined,
  life,
  problemsOf,
  processor,
  register,
} from '../registry.fixture.ts';

const registered = (algorithms: Parameters<typeof processor>[0], state = defined()) =>
  register(processor(algorithms), state);
const refusal = (algorithms: Parameters<typeof processor>[0], state = defined()) =>
  problemsOf(registered(algorithms, state));

describe('dependencies', () => {
  it('accepts a chain over the same window and over previous ones, its own included', () => {
    expect(
      refusal([
        algorithm('indicator'),
        algorithm('deviation', {
          dependencies: [{ algorithm: 'indicator@1' }, { algorithm: 'indicator@1', relation: { previous: 20 } }],
        }),
        algorithm('rul', {
          dependencies: [{ algorithm: 'deviation@1' }, { algorithm: 'rul@1', relation: { previous: '10m' } }],
        }),
        algorithm('summary', { windows: ['life@1'], dependencies: [{ algorithm: 'rul@1', relation: 'children' }] }),
      ]),
    ).toEqual([]);
  });

  it('refuses a dependency on its own result over the same window', () => {
    expect(refusal([algorithm('rul', { dependencies: [{ algorithm: 'rul@1' }] })])).toMatchObject([
      { code: 'CYCLE', path: 'algorithms[0].dependencies[0]', chain: ['rul@1 on cycle@1', 'rul@1 on cycle@1'] },
    ]);
  });

  it('finds a cycle through an intermediate node, and shows the shortest way round', () => {
    const problems = refusal([
      algorithm('a', { dependencies: [{ algorithm: 'b@1' }] }),
      algorithm('b', { dependencies: [{ algorithm: 'c@1' }] }),
      algorithm('c', { dependencies: [{ algorithm: 'a@1' }, { algorithm: 'd@1' }] }),
      algorithm('d', { dependencies: [{ algorithm: 'b@1' }] }),
    ]);
    expect(problems).toMatchObject([
      { code: 'CYCLE', chain: ['a@1 on cycle@1', 'b@1 on cycle@1', 'c@1 on cycle@1', 'a@1 on cycle@1'] },
    ]);
  });

  it('finds that who opens windows waits for itself by reading what runs on them', () => {
    const found = { name: 'found', version: 1, parent: 'life@1', open: { emission: {} } };
    const reader = algorithm('reader', {
      windows: ['life@1'],
      emits: ['found@1'],
      dependencies: [{ algorithm: 'finder@1', relation: 'children', onMissing: 'runWithout' }],
    });
    const finder = algorithm('finder', { windows: ['found@1'] });
    const outcome = register(processor([reader, finder]), defined([life, cycle, found]));
    expect(problemsOf(outcome)).toMatchObject([
      { code: 'CYCLE', path: 'algorithms[0].dependencies[0]', chain: ['reader@1 on life@1', 'reader@1 on life@1'] },
      { code: 'TRIGGER_LOOP' },
    ]);
  });

  it('finds a cycle through parent and children', () => {
    const problems = refusal([
      algorithm('inner', { dependencies: [{ algorithm: 'outer@1', relation: 'parent' }] }),
      algorithm('outer', { windows: ['life@1'], dependencies: [{ algorithm: 'inner@1', relation: 'children' }] }),
    ]);
    expect(problems).toMatchObject([{ code: 'CYCLE' }]);
  });

  it.each(['same', 'children', { previous: 3 }] as const)(
    'refuses %j between window types without that relation',
    (relation) => {
      const problems = refusal([
        algorithm('wide', { windows: ['life@1'] }),
        algorithm('narrow', { dependencies: [{ algorithm: 'wide@1', relation }] }),
      ]);
      expect(problems).toMatchObject([
        { code: 'UNSATISFIABLE_DEPENDENCY', path: 'algorithms[1].dependencies[0].relation' },
      ]);
    },
  );

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

  it('refuses to read another type, unit or field than the algorithm declares', () => {
    const upstream = algorithm('u', {
      result: { type: 'struct', fields: { level: { type: 'double', unit: 'Cel' }, n: { type: 'long' } } },
    });
    const reading = (reads: object) =>
      refusal([
        upstream,
        algorithm('d', { dependencies: [{ algorithm: 'u@1', reads: { type: 'struct', ...reads } }] }),
      ]);
    expect(reading({ fields: { n: { type: 'long' }, level: { type: 'double' } } })).toEqual([]);
    expect(reading({ fields: { level: { type: 'double', unit: 'K' } } })).toMatchObject([
      {
        code: 'RESULT_MISMATCH',
        message: 'u@1: field "level": its unit is Cel, not K',
        mend: expect.stringContaining('(Cel can be converted to K)'),
      },
    ]);
    expect(reading({ fields: { level: { type: 'double', unit: '1000.mCel' } } })).toEqual([]);
    expect(reading({ fields: { levle: { type: 'double' } } })).toMatchObject([
      { code: 'RESULT_MISMATCH', message: 'u@1: it has no field "levle"' },
    ]);
  });

  it('names what a reference might have meant', () => {
    const problems = refusal([
      algorithm('indicator'),
      algorithm('rul', { windows: ['cylce@1'], dependencies: [{ algorithm: 'indicatr@1' }] }),
    ]);
    expect(problems).toMatchObject([
      {
        code: 'UNKNOWN_ALGORITHM',
        path: 'algorithms[1].dependencies[0].algorithm',
        message: expect.stringContaining('Did you mean "indicator@1"?'),
      },
      {
        code: 'UNKNOWN_WINDOW_TYPE',
        path: 'algorithms[1].windows[0]',
        message: expect.stringContaining('Did you mean "cycle@1"?'),
      },
    ]);
  });
});

describe('window types', () => {
  const degradation = {
    name: 'degradation',
    version: 1,
    parent: 'life@1',
    open: { outcome: { algorithm: 'deviation@1', when: 'result > 3.0' } },
  };

  it('opens on an algorithm that is only expected so far', () => {
    expect(codesOf(define({ windowTypes: [life, cycle, degradation] }))).toEqual(['UNKNOWN_ALGORITHM']);
    expect(
      codesOf(
        define({
          windowTypes: [life, cycle, degradation],
          processors: [{ name: 'health', algorithms: ['deviation@1'] }],
        }),
      ),
    ).toEqual([]);
  });

  it('checks the condition against the result type when the algorithm registers', () => {
    const state = defined([life, cycle, degradation], {
      processors: [{ name: 'health', algorithms: ['deviation@1'] }],
    });
    expect(codesOf(registered([algorithm('deviation')], state))).toEqual([]);
    expect(refusal([algorithm('deviation', { result: 'string' })], state)).toMatchObject([
      { code: 'BAD_CONDITION', path: 'windowTypes[degradation@1].open.outcome.when' },
    ]);
  });

  it('refuses an algorithm that is expected from another processor', () => {
    const state = defined([life, cycle], { processors: [{ name: 'other', algorithms: ['deviation@1'] }] });
    expect(refusal([algorithm('deviation')], state)).toMatchObject([
      { code: 'DUPLICATE_OWNER', chain: ['deviation@1', 'other', 'health'] },
    ]);
  });

  it.each([
    ['0 0 30 2 *', 'CRON_NEVER_MATCHES'],
    ['61 * * * *', 'BAD_CRON'],
    ['2026-01-01T00:00:00', 'BAD_CRON'],
    ['* * * *', 'BAD_CRON'],
    ['*/10 * * * * *', undefined],
    ['@daily', undefined],
    ['0 0 29 2 *', undefined],
    ['*/5 * * * *', undefined],
  ])('judges the cron %s', (expression, code) => {
    const night = { name: 'night', version: 1, open: { cron: { expression, scope: 'global' } } };
    expect(codesOf(define({ windowTypes: [night] }))).toEqual(code ? [code] : []);
  });

  it('refuses a schedule of a source that reads nothing: only signals tell that the source is there', () => {
    const opens = [
      { cron: { expression: '0 6 * * *' } },
      { calendar: { zone: 'UTC', intervals: [{ name: 'day', start: '06:00', end: '14:00' }] } },
    ];
    for (const open of opens) {
      const type = { name: 'night', version: 1, open };
      expect(problemsOf(define({ windowTypes: [type] }))).toMatchObject([
        { code: 'NO_SIGNALS', path: 'windowTypes[0].reads' },
      ]);
      expect(codesOf(define({ windowTypes: [{ ...type, reads: ['sample'] }] }))).toEqual([]);
    }
  });

  it('refuses parents in a circle, five levels, a parent that is meant but missing, and sources no window can have', () => {
    const nested = (name: string, parent: string) => ({ ...cycle, name, parent });
    expect(codesOf(define({ windowTypes: [nested('a', 'b@1'), nested('b', 'a@1')] }))).toEqual(['PARENT_CYCLE']);
    expect(
      problemsOf(
        define({
          windowTypes: [life, nested('a', 'life@1'), nested('b', 'a@1'), nested('c', 'b@1'), nested('d', 'c@1')],
        }),
      ),
    ).toMatchObject([
      { code: 'NESTING_TOO_DEEP', path: 'windowTypes[4].parent', chain: ['d@1', 'c@1', 'b@1', 'a@1', 'life@1'] },
    ]);
    expect(
      codesOf(
        define({
          windowTypes: [{ name: 'a', version: 1, reads: ['x'], open: { fixed: { size: '1s', align: 'parent' } } }],
        }),
      ),
    ).toEqual(['PARENT_REQUIRED']);
    expect(
      codesOf(
        define({
          windowTypes: [
            { ...life, for: { kind: 'pump' } },
            { ...cycle, for: { kind: 'car' } },
          ],
        }),
      ),
    ).toEqual(['DISJOINT_SOURCES']);
  });

  it('refuses an expression over signals that is none, and a state that no field takes', () => {
    const condition = { signal: 'x', while: 'values.t >', maxDuration: '1h' };
    const state = { signal: 'x', of: '[values.t]', as: 'mode', maxDuration: '1h' };
    const hysteresis = { signal: 'x', from: 'values.t > 80.0', to: 'values.t', maxDuration: '1h' };
    const refused = problemsOf(
      define({
        windowTypes: [
          { name: 'a', version: 1, open: { condition } },
          { name: 'b', version: 1, open: { state } },
          { name: 'c', version: 1, open: { condition: hysteresis } },
          { name: 'd', version: 1, open: { count: { size: 5, maxDuration: '1h' } } },
        ],
      }),
    );
    expect(refused.map(({ code, path }) => [code, path])).toEqual([
      ['BAD_CONDITION', 'windowTypes[0].open.condition.while'],
      ['BAD_CONDITION', 'windowTypes[1].open.state.as'],
      ['BAD_CONDITION', 'windowTypes[1].open.state.of'],
      ['BAD_CONDITION', 'windowTypes[2].open.condition.to'],
      ['NO_SIGNALS', 'windowTypes[3].reads'],
    ]);
  });

  it('refuses fixed windows that no signal opens, and whatever waits for them', () => {
    const state = defined();
    const outcome = define({ windowTypes: [{ name: 'silent', version: 1, open: { fixed: { size: '1s' } } }] }, state);
    expect(problemsOf(outcome)).toMatchObject([{ code: 'NO_SIGNALS', path: 'windowTypes[0].reads' }]);
  });

  it('gives the windows of another type a policy of their own', () => {
    const outcome = after(
      define(
        { windowTypes: [{ name: 'cycle-late', version: 1, like: 'cycle@1', policy: { allowedLateness: '1h' } }] },
        defined(),
      ),
      defined(),
    );
    expect(outcome.revision.windowTypes.find(({ name }) => name === 'cycle-late')).toMatchObject({
      parent: 'life@1',
      open: { kind: 'fixed', sizeUs: 2_000_000 },
    });
    expect(outcome.policies.get('cycle-late@1')).toMatchObject({ number: 1, allowedLatenessUs: 3_600_000_000 });
  });
});

describe('loops and starvation', () => {
  const found = { name: 'found', version: 1, parent: 'life@1', open: { emission: {} } };

  it('refuses an algorithm whose emitted windows lead back to it', () => {
    const state = defined([life, cycle, found]);
    const problems = refusal([algorithm('seeker', { windows: ['cycle@1', 'found@1'], emits: ['found@1'] })], state);
    expect(problems).toMatchObject([
      { code: 'TRIGGER_LOOP', path: 'windowTypes[found@1].open', chain: ['found@1', 'seeker@1 on found@1', 'found@1'] },
    ]);
  });

  it('refuses an emission loop with nothing outside that starts it', () => {
    const problems = refusal([algorithm('a', { windows: ['found@1'], emits: ['found@1'] })], defined([life, found]));
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['TRIGGER_LOOP', 'STARVED']));
  });

  it('accepts windows opened once per parent by what runs in them, and refuses them without that bound', () => {
    const again = (once: 'parent' | 'never') => ({
      name: 'again',
      version: 1,
      parent: 'life@1',
      open: { outcome: { algorithm: 'detector@1', when: 'result > 1.0', once } },
    });
    const expected = { processors: [{ name: 'health', algorithms: ['detector@1'] }] };
    const detector = algorithm('detector', { windows: ['cycle@1', 'again@1'] });
    expect(refusal([detector], defined([life, cycle, again('parent')], expected))).toEqual([]);
    expect(refusal([detector], defined([life, cycle, again('never')], expected))).toMatchObject([
      { code: 'TRIGGER_LOOP' },
    ]);
    const inner = (name: string, parent: string) => ({ ...again('parent'), name, parent });
    const nested = [life, inner('o1', 'life@1'), inner('o2', 'o1@1'), inner('o3', 'o2@1')];
    const everywhere = algorithm('detector', { windows: ['life@1', 'o1@1', 'o2@1', 'o3@1'] });
    expect(refusal([everywhere], defined(nested, expected))).toEqual([]);
    const endless = [...nested.slice(0, 2), { ...nested[2]!, open: again('never').open }, nested[3]!];
    expect(refusal([everywhere], defined(endless, expected))).toMatchObject([
      { code: 'TRIGGER_LOOP', chain: expect.arrayContaining(['o2@1', 'detector@1 on o2@1']) },
    ]);
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

describe('policies', () => {
  it('refuses windows that can never be: no signals of their own, never whole within their parent, no source of both', () => {
    const silent = { ...cycle, reads: [] };
    expect(problemsOf(define({ windowTypes: [life, silent] }))).toMatchObject([
      { code: 'NO_SIGNALS', path: 'windowTypes[1].reads' },
    ]);
    const within = (size: string, partial: 'keep' | 'drop') => ({
      ...cycle,
      name: 'inner',
      parent: 'cycle@1',
      open: { fixed: { size, partial } },
    });
    expect(codesOf(define({ windowTypes: [life, cycle, within('3s', 'keep')] }))).toEqual([]);
    expect(codesOf(define({ windowTypes: [life, cycle, within('2s', 'drop')] }))).toEqual([]);
    expect(problemsOf(define({ windowTypes: [life, cycle, within('3s', 'drop')] }))).toMatchObject([
      {
        code: 'NEVER_FITS',
        path: 'windowTypes[2].open.fixed.size',
        message: 'its windows are 3s long, those of cycle@1 at most 2s, and what is not whole is dropped',
        chain: ['inner@1', 'cycle@1'],
      },
    ]);
    const minute = { name: 'minute', version: 1, reads: ['x'], open: { fixed: { size: '16s', offset: '1s' } } };
    const inMinute = (open: object) =>
      problemsOf(
        define({ windowTypes: [minute, { name: 'inner', version: 1, parent: 'minute@1', reads: ['x'], open }] }),
      ).map(({ code, message }) => [code, / begin (\S+) after/.exec(message)?.[1]]);
    const partial = 'drop';
    expect(inMinute({ fixed: { size: '12s', offset: '4s', partial } })).toEqual([]);
    expect(inMinute({ fixed: { size: '12s', offset: '5s', partial } })).toEqual([['NEVER_FITS', '5s']]);
    expect(inMinute({ sliding: { size: '12s', slide: '6s', offset: '11s', partial } })).toEqual([['NEVER_FITS', '5s']]);
    const align = 'epoch';
    expect(inMinute({ fixed: { size: '16s', align, partial } })).toEqual([['NEVER_FITS', '15s']]);
    expect(inMinute({ fixed: { size: '16s', align, offset: '33s', partial } })).toEqual([]);
    expect(inMinute({ sliding: { size: '16s', slide: '6s', align, partial } })).toEqual([['NEVER_FITS', '1s']]);
    expect(inMinute({ sliding: { size: '15s', slide: '6s', align, partial } })).toEqual([]);
    const at = (site: string) => ({ for: { labels: { site, line: '1' } } });
    expect(
      problemsOf(
        define({
          windowTypes: [
            { ...life, ...at('north') },
            { ...cycle, ...at('south') },
          ],
        }),
      ),
    ).toMatchObject([{ code: 'DISJOINT_SOURCES', path: 'windowTypes[1].for.labels.site' }]);
  });

  it('refuses windows that nothing can be in or open, because they are of other sources', () => {
    const grid = (name: string, size: string, more: object = {}) => ({
      name,
      version: 1,
      reads: ['x'],
      open: { fixed: { size } },
      ...more,
    });
    const nobodys = { cron: { expression: '0 * * * *', scope: 'global' } };
    const outcome = define({
      windowTypes: [
        grid('outer', '1h', { for: { kind: 'car', labels: { site: 'north' } } }),
        grid('middle', '1m', { parent: 'outer@1' }),
        grid('inner', '1s', { parent: 'middle@1', for: { kind: 'pump', labels: { site: 'south' } } }),
        grid('hour', '1h', { open: nobodys }),
        grid('in-nobodys', '1m', { parent: 'hour@1' }),
        grid('nobodys-in', '1m', { parent: 'outer@1', open: nobodys }),
      ],
    });
    expect(problemsOf(outcome)).toMatchObject([
      { code: 'DISJOINT_SOURCES', path: 'windowTypes[2].for.kind', chain: ['inner@1', 'middle@1', 'outer@1'] },
      { code: 'DISJOINT_SOURCES', path: 'windowTypes[2].for.labels.site' },
      { code: 'DISJOINT_SOURCES', path: 'windowTypes[4].parent', chain: ['in-nobodys@1', 'hour@1'] },
      { code: 'DISJOINT_SOURCES', path: 'windowTypes[5].parent', chain: ['nobodys-in@1', 'outer@1'] },
    ]);
  });

  it('refuses metadata that is required where only what they lie in could tell it, and does not', () => {
    const load = (type: 'double' | 'string') => ({ load: { type, required: true } });
    const found = {
      name: 'found',
      version: 1,
      parent: 'cycle@1',
      open: { outcome: { algorithm: 'finder@1', when: 'result > 1.0' } },
      metadata: load('double'),
    };
    const refused = (windowTypes: NonNullable<Parameters<typeof defined>[0]>) =>
      problemsOf(define({ windowTypes, processors: [{ name: 'health', algorithms: ['finder@1'] }] })).map(
        ({ code, path }) => [code, path],
      );
    const missing = ['METADATA_NEVER_GIVEN', 'windowTypes[2].metadata.load'];
    expect(refused([life, cycle, found])).toEqual([missing]);
    expect(refused([{ ...life, metadata: load('string') }, cycle, found])).toEqual([missing]);
    expect(refused([{ ...life, metadata: load('double') }, cycle, found])).toEqual([]);
    const nobodys = (open: object, ...fields: string[]) => ({
      name: 'day',
      version: 1,
      open,
      metadata: Object.fromEntries(fields.map((name) => [name, { type: 'string' as const, required: true }])),
    });
    const scope = 'global' as const;
    const calendar = { zone: 'UTC', scope, intervals: [{ name: 'early', start: '06:00', end: '14:00' }] };
    expect(refused([nobodys({ cron: { expression: '0 6 * * *', scope } }, 'load')])).toEqual([
      ['METADATA_NEVER_GIVEN', 'windowTypes[0].metadata.load'],
    ]);
    expect(refused([nobodys({ calendar }, 'shift', 'shiftDate')])).toEqual([]);
  });

  it('refuses windows opened by results of other sources only, and takes those that some open', () => {
    const grid = (name: string, more: object) => ({
      name,
      version: 1,
      reads: ['x'],
      open: { fixed: { size: '1m' } },
      ...more,
    });
    const found = (name: string, more: object = {}) => ({
      name,
      version: 1,
      open: { outcome: { algorithm: 'finder@1', when: 'result > 1.0', until: '1m', once: 'never' as const } },
      ...more,
    });
    const state = defined(
      [
        grid('car', { for: { kind: 'car' } }),
        grid('fleet', { open: { fixed: { size: '1m', scope: 'group' } } }),
        grid('all', { open: { cron: { expression: '0 * * * *', scope: 'global' } } }),
        found('of-pumps', { for: { kind: 'pump' } }),
        found('of-any'),
      ],
      { processors: [{ name: 'health', algorithms: ['finder@1'] }] },
    );
    const bound = (...windows: string[]) =>
      refusal([algorithm('finder', { windows })], state).map(({ code, path }) => [code, path]);
    const ofPumps = ['DISJOINT_SOURCES', 'windowTypes[of-pumps@1].open.outcome.algorithm'];
    expect(bound('car@1')).toEqual([ofPumps]);
    expect(bound('fleet@1')).toEqual([ofPumps]);
    expect(bound('all@1')).toEqual([['DISJOINT_SOURCES', 'windowTypes[of-any@1].open.outcome.algorithm'], ofPumps]);
    const pump = after(define({ windowTypes: [grid('pump', { for: { kind: 'pump' } })] }, state), state);
    expect(refusal([algorithm('finder', { windows: ['car@1', 'pump@1'] })], pump)).toEqual([]);
  });

  it('refuses a completeness that cannot be reached', () => {
    const picky = algorithm('a', { windows: [{ windowType: 'far@1', minCompleteness: 0.5 }] });
    const far = (open: object, reads: string[], every: string) =>
      defined([{ name: 'far', version: 1, reads, open, expected: { every } }]);
    const refused = (...of: Parameters<typeof far>) => refusal([picky], far(...of)).map(({ message }) => message);
    expect(refused({ wholeLife: {} }, ['sample'], '1s')).toEqual([]);
    expect(refused({ wholeLife: {} }, ['sample'], 'learned')).toEqual([
      expect.stringContaining('would learn it from earlier windows, and a source has one of it'),
    ]);
    expect(refused({ emission: {} }, [], '1s')).toEqual([expect.stringContaining('counts no samples')]);
  });

  it('says of every problem whose it is, also of what its chain leads to', () => {
    const state = defined([life, cycle], { processors: [{ name: 'other', owner: 'green', algorithms: ['there@1'] }] });
    const early = { windowType: 'cycle@1', on: ['EARLY' as const] };
    const blue = processor(
      [
        algorithm('loop', { dependencies: [{ algorithm: 'loop@1' }] }),
        algorithm('deaf', { windows: [early] }),
        algorithm('there'),
      ],
      { team: 'blue' },
    );
    expect(problemsOf(register(blue, state)).map(({ code, owners }) => [code, ...owners!])).toEqual([
      ['BINDING_NEVER_FIRES', 'blue', 'default'],
      ['CYCLE', 'blue', 'default'],
      ['DUPLICATE_OWNER', 'blue', 'green'],
    ]);
  });

  it('refuses contradictions', () => {
    const policy = { coalesceLate: '5s', allowedLateness: '0s', idleTimeout: '2h', maxIdle: '1h' };
    expect(problemsOf(define({ windowTypes: [{ ...life, policy }] })).map(({ path }) => path)).toEqual([
      'windowTypes[0].policy.coalesceLate',
      'windowTypes[0].policy.maxIdle',
    ]);
  });

  it('refuses to catch up on windows of which none is ever missed', () => {
    const policy = { catchUp: { windows: 'last' as const } };
    const hour = { name: 'hour', version: 1, reads: ['sample'], open: { cron: { expression: '0 * * * *' } }, policy };
    expect(problemsOf(define({ windowTypes: [hour] }))).toEqual([]);
    expect(
      problemsOf(define({ windowTypes: [life, { ...cycle, policy }, { ...hour, parent: 'life@1' }] })),
    ).toMatchObject([
      {
        code: 'POLICY_CONTRADICTION',
        path: 'windowTypes[1].policy.catchUp',
        message: expect.stringContaining('fixed'),
      },
      { code: 'POLICY_CONTRADICTION', path: 'windowTypes[2].policy.catchUp' },
    ]);
    expect(problemsOf(define({ windowTypes: [{ ...hour, policy: { catchUp: { limit: 1_001 } } }] }))).toMatchObject([
      { code: 'MALFORMED', path: 'windowTypes[0].policy.catchUp.limit' },
    ]);
  });

  it('refuses a binding that asks for completeness where it is not known', () => {
    const picky = algorithm('a', { windows: [{ windowType: 'cycle@1', minCompleteness: 0.9 }] });
    expect(problemsOf(registered([picky]))).toMatchObject([
      { code: 'BINDING_NEVER_FIRES', path: 'algorithms[0].windows[0].minCompleteness' },
    ]);
    const state = defined([life, { ...cycle, expected: { every: '100ms' } }]);
    expect(problemsOf(registered([picky], state))).toEqual([]);
    expect(state.revision.windowTypes.find(({ name }) => name === 'cycle')!.expected).toEqual({ everyUs: 100_000 });
  });

  it('refuses a binding to EARLY panes alone that asks for completeness where nobody knows how long windows will be', () => {
    const state = defined([
      { ...life, expected: { every: '1s' }, policy: { early: { count: 1 } } },
      { ...cycle, expected: { every: '1s' }, policy: { early: { count: 1 } } },
    ]);
    const on = (windowType: string, timings: ('EARLY' | 'ON_TIME')[]) =>
      problemsOf(registered([algorithm('a', { windows: [{ windowType, on: timings, minCompleteness: 0.5 }] })], state));
    expect(on('life@1', ['EARLY'])).toMatchObject([
      { code: 'BINDING_NEVER_FIRES', path: 'algorithms[0].windows[0].minCompleteness' },
    ]);
    expect(on('life@1', ['EARLY', 'ON_TIME'])).toEqual([]);
    expect(on('cycle@1', ['EARLY'])).toEqual([]);
  });

  it('takes a completeness that channels of the kind tell', () => {
    const kinds = [{ name: 'pump', channels: [{ name: 'v', signal: 'sample', every: '1s' }] }];
    const state = defined([life, { ...cycle, for: { kind: 'pump' } }], { kinds });
    const picky = algorithm('a', { windows: [{ windowType: 'cycle@1', minCompleteness: 0.9 }] });
    expect(problemsOf(registered([picky], state))).toEqual([]);
  });

  it('refuses a binding to EARLY panes alone where nothing is counted, so that nothing changes', () => {
    const early = algorithm('a', { windows: [{ windowType: 'run@1', on: ['EARLY'] }] });
    const run = {
      name: 'run',
      version: 1,
      open: { startStop: { signal: 'run', maxDuration: '1h' } },
      policy: { early: { count: 1 } },
    };
    expect(refusal([early], defined([run]))).toMatchObject([
      {
        code: 'BINDING_NEVER_FIRES',
        path: 'algorithms[0].windows[0].on',
        message: expect.stringContaining('counts no samples'),
      },
    ]);
    expect(refusal([early], defined([{ ...run, reads: ['sample'] }]))).toEqual([]);
    const nobodys = {
      ...run,
      reads: ['sample'],
      open: { cron: { expression: '0 * * * *', scope: 'global' as const } },
    };
    expect(refusal([early], defined([nobodys]))).toMatchObject([{ code: 'BINDING_NEVER_FIRES' }]);
    const late = algorithm('a', { windows: [{ windowType: 'run@1', on: ['LATE'] }] });
    const policy = { allowedLateness: '1h' };
    expect(refusal([late], defined([{ ...nobodys, policy }]))).toMatchObject([
      { code: 'BINDING_NEVER_FIRES', message: expect.stringContaining('nothing changes in its windows') },
    ]);
    // A STOP may come late.
    expect(refusal([late], defined([{ ...run, policy }]))).toEqual([]);
  });

  it('refuses a binding that takes only panes its policy never fires, also when the policy changes later', () => {
    const early = algorithm('a', { windows: [{ windowType: 'cycle@1', on: ['EARLY'] }] });
    expect(codesOf(registered([early]))).toEqual(['BINDING_NEVER_FIRES']);
    const state = defined([life, { ...cycle, policy: { early: { count: 10 } } }]);
    const bound = after(registered([early], state), state);
    expect(problemsOf(define({ policies: [{ windowType: 'cycle@1' }] }, bound))).toMatchObject([
      { code: 'BINDING_NEVER_FIRES', path: 'algorithms[a@1].windows[0].on' },
    ]);
  });
});
