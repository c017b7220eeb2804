import { describe, expect, it } from '@jest/globals';
import { indexDag } from '../dag-index.ts';
import type { RegistryState } from '../change/state.ts';
import {
  after,
  algorithm,
  codesOf,
  cycle,
  defined,
  life,
  problemsOf,
  processor,
  refusal,
  register,
  registered,
} from '../registry.fixture.ts';

const settled = (dependency: object) =>
  after(registered([algorithm('a'), algorithm('b', { dependencies: [{ algorithm: 'a@1', ...dependency }] })])).revision
    .algorithms[1]!.dependencies[0]!;

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

describe('previous windows', () => {
  it.each([
    ['2s', []],
    ['1999ms', ['UNSATISFIABLE_DEPENDENCY']],
    [{ count: 2, within: '2s' }, []],
    [{ count: 1, gap: 1, within: '3s' }, ['UNSATISFIABLE_DEPENDENCY']],
    [{ count: 1, gap: 1, within: '4s' }, []],
    [{ duration: '1s', gap: '2s' }, ['UNSATISFIABLE_DEPENDENCY']],
    [{ duration: '1s', gap: '1s' }, []],
    [{ duration: '2s', gap: '3s' }, []],
  ])('that are required must begin where %j looks, on a grid of 2 s', (previous, codes) => {
    const grid = { name: 'grid', version: 1, reads: ['sample'], open: { fixed: { size: '2s' } } };
    const hop = { ...grid, name: 'hop', open: { sliding: { size: '4s', slide: '2s' } } };
    const reader = (windows: string[], onMissing: 'skip' | 'runWithout') =>
      registered(
        [
          algorithm('a', { windows }),
          algorithm('b', { windows, dependencies: [{ algorithm: 'a@1', relation: { previous }, onMissing }] }),
        ],
        defined([grid, hop]),
      );
    expect(codesOf(reader(['grid@1'], 'skip'))).toEqual(codes);
    expect(codesOf(reader(['hop@1'], 'skip'))).toEqual(codes);
    expect(codesOf(reader(['grid@1'], 'runWithout'))).toEqual([]);
  });

  it.each([
    [{ previous: 20 }, { count: 20 }],
    [{ previous: '10m' }, { durationUs: 600_000_000 }],
    [{ previous: { count: 20, gap: 1, within: '1d' } }, { count: 20, gap: 1, withinUs: 86_400_000_000 }],
    [{ previous: { duration: '1h', gap: '10m' } }, { durationUs: 3_600_000_000, gapUs: 600_000_000 }],
  ])('%j', (relation, expected) => {
    expect(settled({ relation }).relation).toEqual({ kind: 'previous', ...expected });
  });

  it.each([{ count: 0 }, { count: 20, gap: 0 }, { count: 1_001 }, { duration: '1h', gap: 2 }, { gap: 1 }, {}])(
    'refuses %j',
    (previous) => {
      expect(
        codesOf(
          registered([algorithm('a', { dependencies: [{ algorithm: 'a@1', relation: { previous } as never }] })]),
        ),
      ).toEqual(expect.arrayContaining(['MALFORMED']));
    },
  );

  it('may be its own, on the same window it waits for itself', () => {
    const own = (relation: 'same' | { previous: object }) =>
      codesOf(registered([algorithm('a', { dependencies: [{ algorithm: 'a@1', relation: relation as never }] })]));
    expect(own({ previous: { count: 5, gap: 2 } })).toEqual([]);
    expect(own('same')).toEqual(['CYCLE']);
    const dependencies = [{ previous: 1 }, 'same' as const].map((relation) => ({ algorithm: 'a@1', relation }));
    expect(problemsOf(registered([algorithm('a', { dependencies })]))).toMatchObject([
      { code: 'CYCLE', path: 'algorithms[0].dependencies[1]' },
    ]);
  });

  it('are not looked for in a parent that is not there: that is told once, where it is named', () => {
    const windowTypes = [{ ...cycle, name: 'inner', parent: 'typo@1' }];
    const inner = (name: string, more = {}) => algorithm(name, { windows: ['inner@1'], ...more });
    const reader = inner('reader', { dependencies: [{ algorithm: 'read@1', relation: 'parent' }] });
    expect(problemsOf(register(processor([inner('read'), reader], { windowTypes }), defined()))).toMatchObject([
      { code: 'UNKNOWN_WINDOW_TYPE', path: 'windowTypes[0].parent' },
    ]);
  });
});

describe('what a dependency wishes', () => {
  it('keeps what was said, and fills in what to do below a completeness', () => {
    const state = defined([life, { ...cycle, expected: { every: '100ms' } }]);
    const outcome = registered(
      [
        algorithm('a'),
        algorithm('b', {
          dependencies: [
            {
              algorithm: 'a@1',
              onFailed: 'wait',
              onProvisional: 'skip',
              minCompleteness: 0.9,
              wait: '5m',
              afterWait: 'accept',
            },
          ],
        }),
      ],
      state,
    );
    expect(after(outcome).revision.algorithms[1]!.dependencies[0]).toMatchObject({
      onMissing: 'wait',
      onFailed: 'wait',
      onProvisional: 'skip',
      minCompleteness: 0.9,
      onIncomplete: 'wait',
      waitMs: 300_000,
      afterWait: 'accept',
    });
  });

  it('refuses a completeness that no window tells, and a rule for one that is not asked for', () => {
    const reading = (dependency: object) =>
      problemsOf(registered([algorithm('a'), algorithm('b', { dependencies: [{ algorithm: 'a@1', ...dependency }] })]));
    expect(reading({ minCompleteness: 0.5 })).toMatchObject([
      { code: 'UNSATISFIABLE_DEPENDENCY', path: 'algorithms[1].dependencies[0].minCompleteness' },
    ]);
    expect(reading({ onIncomplete: 'skip' })).toMatchObject([
      { code: 'MALFORMED', path: 'algorithms[1].dependencies[0].onIncomplete' },
    ]);
  });

  it('takes the completeness that channels of the kind tell, and refuses one that no window counts or can learn', () => {
    const reading = (type: object, more: Parameters<typeof defined>[1] = {}, minCompleteness = 0.5) =>
      refusedOn(defined([life, { ...cycle, ...type }], more), minCompleteness);
    const refusedOn = (state: RegistryState, minCompleteness: number) => {
      const reader = algorithm('b', { dependencies: [{ algorithm: 'a@1', minCompleteness }] });
      return problemsOf(registered([algorithm('a'), reader], state)).map(({ message }) => message);
    };
    const kinds = [{ name: 'pump', channels: [{ name: 'v', signal: 'sample', every: '1s' }] }];
    expect(reading({ for: { kind: 'pump' } }, { kinds })).toEqual([]);
    expect(reading({ for: { kind: 'pump' }, reads: ['other'] }, { kinds })).toEqual([
      expect.stringContaining('does not say how many'),
    ]);
    const silent = { reads: [], open: { startStop: { signal: 'run', maxDuration: '1m' } }, expected: { every: '1s' } };
    expect(reading(silent)).toEqual([expect.stringContaining('counts no samples')]);
    expect(reading(silent, {}, 0)).toEqual([]);
    const whole = { parent: undefined, open: { wholeLife: {} }, expected: { every: 'learned' as const } };
    expect(reading(whole)).toEqual([expect.stringContaining('would learn it')]);
    expect(reading({ ...whole, parent: 'life@1' })).toEqual([]);
  });

  it('is no need where it runs without in the end: own previous windows that are waited for', () => {
    const own = (rules: object) =>
      codesOf(
        registered([algorithm('a', { dependencies: [{ algorithm: 'a@1', relation: { previous: 1 }, ...rules }] })]),
      );
    expect(own({ onMissing: 'wait', onFailed: 'wait', wait: '1m' })).toEqual(['STARVED']);
    expect(own({ onMissing: 'wait', onFailed: 'wait', wait: '1m', afterWait: 'runWithout' })).toEqual([]);
  });
});

describe('members', () => {
  const unit = { name: 'hour', version: 1, for: { kind: 'unit' }, reads: ['sample'], open: { fixed: { size: '1h' } } };
  const grouped = (kind: string) => ({
    ...unit,
    name: 'fleet-hour',
    for: { kind, groups: ['fleet'] },
    open: { fixed: { size: '1h', scope: 'group' as const } },
  });
  const state = (kind: string) => defined([unit, grouped(kind)]);
  const one = algorithm('one', { windows: ['hour@1'] });
  const over = (windows: string[], of = 'one@1') =>
    algorithm('all', { windows, dependencies: [{ algorithm: of, relation: 'members' }] });

  it("lead from a group's windows to those of its sources, and do without the results of those that failed", () => {
    const change = registered([one, over(['fleet-hour@1'])], state('unit'));
    expect(change).toMatchObject({ ok: true, hints: [] });
    expect(change.ok && change.revision.algorithms.find(({ name }) => name === 'all')).toMatchObject({
      dependencies: [{ onMissing: 'wait', onFailed: 'runWithout' }],
    });
  });

  it('lead nowhere else', () => {
    const refused = [{ code: 'UNSATISFIABLE_DEPENDENCY', path: 'algorithms[1].dependencies[0].relation' }];
    expect(problemsOf(registered([one, over(['hour@1'])], state('unit')))).toMatchObject(refused);
    expect(problemsOf(registered([one, over(['fleet-hour@1'])], state('car')))).toMatchObject(refused);
    const among = (member: object, group: object) =>
      codesOf(
        registered(
          [one, over(['fleet-hour@1'])],
          defined([
            { ...unit, ...member },
            { ...grouped('unit'), ...group },
          ]),
        ),
      );
    const at = (site: string) => ({ for: { labels: { site } } });
    expect(among(at('north'), at('north'))).toEqual([]);
    expect(among(at('north'), at('south'))).toEqual(['UNSATISFIABLE_DEPENDENCY']);
    const grid = (size: string, offset = '0s') => ({ open: { fixed: { size, offset } } });
    expect(among(grid('20m'), {})).toEqual([]);
    expect(among(grid('61m'), {})).toEqual(['UNSATISFIABLE_DEPENDENCY']);
    expect(among(grid('1h', '1m'), {})).toEqual(['UNSATISFIABLE_DEPENDENCY']);
    expect(among({ open: { point: { signal: 'mark', after: '2h' } } }, {})).toEqual(['UNSATISFIABLE_DEPENDENCY']);
    const group = algorithm('one', { windows: ['fleet-hour@1'] });
    expect(problemsOf(registered([group, over(['fleet-hour@1'])], state('unit')))).toMatchObject(refused);
  });
});

describe('the graph', () => {
  const needs = (...names: string[]) => ({ dependencies: names.map((name) => ({ algorithm: `${name}@1` })) });

  it('keeps its order in a diamond below an intermediate node, however it is given', () => {
    const diamond = [
      algorithm('end', needs('left', 'right')),
      algorithm('right', needs('middle')),
      algorithm('left', needs('middle')),
      algorithm('middle', needs('start')),
      algorithm('start'),
    ];
    for (const given of [diamond, [...diamond].reverse()]) {
      const { revision } = after(registered(given));
      const order = indexDag(revision)
        .algorithmsOn('cycle@1')
        .map(({ name }) => name);
      expect(order.slice(0, 2)).toEqual(['start', 'middle']);
      expect(new Set(order.slice(2, 4))).toEqual(new Set(['left', 'right']));
      expect(order[4]).toBe('end');
    }
  });

  it('shows a cycle through an intermediate node that is closed by a later registration', () => {
    const state = defined([life, cycle], { processors: [{ name: 'late', algorithms: ['middle@1'] }] });
    const first = after(
      register(processor([algorithm('start', needs('end')), algorithm('end', needs('middle'))]), state),
      state,
    );
    expect(
      problemsOf(register(processor([algorithm('middle', needs('start'))], { name: 'late' }), first)),
    ).toMatchObject([
      { code: 'CYCLE', chain: ['end@1 on cycle@1', 'middle@1 on cycle@1', 'start@1 on cycle@1', 'end@1 on cycle@1'] },
    ]);
  });

  it('lets go of a dependency that is left out when its owner registers again, so that the way round may be closed', () => {
    const state = after(registered([algorithm('a', needs('b')), algorithm('b')]), defined());
    expect(codesOf(register(processor([algorithm('b', needs('a'))]), state))).toEqual(['CYCLE']);
    const parted = after(register(processor([algorithm('a')]), state), state);
    expect(codesOf(register(processor([algorithm('b', needs('a'))]), parted))).toEqual([]);
  });

  it('sees a changed result type where somebody reads the old one', () => {
    const state = after(
      registered([algorithm('a'), algorithm('b', { dependencies: [{ algorithm: 'a@1', reads: 'double' }] })]),
      defined(),
    );
    expect(problemsOf(register(processor([algorithm('a', { result: 'string' })]), state))).toMatchObject([
      {
        code: 'RESULT_MISMATCH',
        path: 'algorithms[b@1].dependencies[0].reads',
        message: 'a@1: it is string, not double',
      },
    ]);
  });

  it('warns of a long that is read as a plain double: it reaches the algorithm as it is', () => {
    const reads = (result: 'long' | 'double') =>
      registered([
        algorithm('a', { result }),
        algorithm('b', { dependencies: [{ algorithm: 'a@1', reads: 'double' }] }),
      ]);
    expect(reads('long')).toMatchObject({
      ok: true,
      warnings: [{ code: 'RESULT_MAY_NOT_FIT', path: 'algorithms[1].dependencies[0].reads', chain: ['b@1', 'a@1'] }],
    });
    expect(reads('double')).toMatchObject({ ok: true, warnings: [] });
  });

  it('refuses fields of what is no struct', () => {
    const fields = { x: { type: 'double' as const } };
    expect(problemsOf(registered([algorithm('a', { result: { type: 'double', fields } })]))).toMatchObject([
      { code: 'MALFORMED', path: 'algorithms[0].result.fields', message: expect.stringContaining('only a struct') },
    ]);
    expect(codesOf(registered([algorithm('a', { result: { type: 'struct', fields } })]))).toEqual([]);
  });
});

it('refuses a wait that no run lives to see the end of', () => {
  const waits = (wait: string) =>
    registered([
      algorithm('a'),
      algorithm('b', { dependencies: [{ algorithm: 'a@1', wait, afterWait: 'accept' }], scheduleToClose: '1m' }),
    ]);
  expect(problemsOf(waits('1m'))).toMatchObject([
    { code: 'POLICY_CONTRADICTION', path: 'algorithms[1].dependencies[0].wait', chain: ['b@1', 'a@1'] },
  ]);
  expect(codesOf(waits('59s'))).toEqual([]);
});
