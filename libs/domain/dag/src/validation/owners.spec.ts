import { describe, expect, it } from '@jest/globals';
import {
  after,
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
import type { RegistryState } from '../change/state.ts';

const owned = (outcome: ReturnType<typeof define>): (readonly [string, string, readonly string[] | undefined])[] =>
  problemsOf(outcome).map(({ code, path, owners }) => [code, path, owners] as const);

describe('every problem says whose things it is about', () => {
  it('of what is given twice, and of what cannot be read', () => {
    const outcome = define({
      owner: 'red',
      windowTypes: [
        { ...life, owner: 'blue' },
        { ...life, reads: ['x'] },
        { ...cycle, owner: 'green', alowed: 1 },
      ],
      kinds: [{ name: 'pump' }, { name: 'pump', owner: 'blue' }],
      calendars: [{ name: 'shifts' }],
      soruces: [],
    });
    expect(owned(outcome)).toEqual([
      ['DUPLICATE', 'kinds[1]', ['blue', 'red']],
      ['DUPLICATE', 'windowTypes[1]', ['blue', 'red']],
      ['MALFORMED', 'calendars[0].zone', ['red']],
      ['UNKNOWN_FIELD', 'soruces', ['red']],
      ['UNKNOWN_FIELD', 'windowTypes[2].alowed', ['green']],
    ]);
  });

  it('of a version that another team has, written otherwise', () => {
    const state = defined([{ ...life, owner: 'blue' }]);
    expect(owned(define({ owner: 'red', windowTypes: [{ ...life, version: '1.0.0' }] }, state))).toEqual([
      ['DUPLICATE', 'windowTypes[0]', ['blue', 'red']],
    ]);
  });

  it('of references of policies, and of types that are like others', () => {
    const outcome = define({
      owner: 'red',
      windowTypes: [{ name: 'copy', version: 1, owner: 'blue', like: 'lost@1' }],
      policies: [{ windowType: 'lost@1' }],
    });
    expect(owned(outcome)).toEqual([
      ['UNKNOWN_WINDOW_TYPE', 'policies[0].windowType', ['red']],
      ['UNKNOWN_WINDOW_TYPE', 'windowTypes[0].like', ['blue']],
    ]);
  });

  it('of sources, with the owners of those above them and of their namesakes', () => {
    const state: RegistryState = {
      ...defined([]),
      sources: new Map([
        ['hall', { name: 'hall', kind: 'hall', owner: 'blue', parent: 'pump-1', groups: [], labels: {} }],
        ['line-1', { name: 'line-1', kind: 'line', owner: 'green', groups: ['fleet'], labels: {} }],
      ]),
    };
    const outcome = define(
      {
        owner: 'red',
        sources: [
          { name: 'pump-1', kind: 'pump', parent: 'hall' },
          { name: 'pump-2', kind: 'pump', parent: 'nowhere' },
          { name: 'pump-3', kind: 'pump', groups: ['line-1', 'pump-3'] },
        ],
      },
      state,
    );
    expect(owned(outcome)).toEqual([
      ['PARENT_CYCLE', 'sources[0].parent', ['blue', 'red']],
      ['SOURCE_IS_GROUP', 'sources[2].groups', ['green', 'red']],
      ['SOURCE_IS_GROUP', 'sources[2].name', ['red']],
      ['UNKNOWN_PARENT', 'sources[1].parent', ['red']],
    ]);
  });

  it('of a channel that a kind of another team does not have, and of a result that a condition cannot be about', () => {
    const kinds = [{ name: 'pump', owner: 'blue', channels: [{ name: 'bar' }] }];
    const condition = { signal: 'sample', while: 'values.bra > 1.0', maxDuration: '1h' };
    const hot = { name: 'hot', version: 1, for: { kind: 'pump' }, open: { condition } };
    expect(owned(define({ owner: 'red', kinds, windowTypes: [hot] }))).toEqual([
      ['UNKNOWN_CHANNEL', 'windowTypes[0].open.condition.while', ['blue', 'red']],
    ]);
    const state = after(register(processor([algorithm('a')], { team: 'blue' }), defined()), defined());
    const opened = {
      name: 'x',
      version: 1,
      parent: 'cycle@1',
      open: { outcome: { algorithm: 'a@1', when: 'result > "high"' } },
    };
    expect(owned(define({ owner: 'red', windowTypes: [opened] }, state))).toEqual([
      ['BAD_CONDITION', 'windowTypes[0].open.outcome.when', ['blue', 'red']],
    ]);
  });

  it('of a completeness that is not known, by the chain to who would have it', () => {
    const state = after(register(processor([algorithm('a')], { team: 'blue' }), defined()), defined());
    const outcome = register(
      processor([algorithm('b', { dependencies: [{ algorithm: 'a@1', minCompleteness: 0.9 }] })], { name: 'other' }),
      state,
    );
    expect(problemsOf(outcome)).toMatchObject([
      {
        code: 'UNSATISFIABLE_DEPENDENCY',
        path: 'algorithms[0].dependencies[0].minCompleteness',
        chain: ['b@1', 'same', 'a@1 on cycle@1'],
        owners: ['blue', 'default'],
      },
    ]);
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
});

it('refuses an algorithm that is expected from another processor', () => {
  const state = defined([life, cycle], { processors: [{ name: 'other', algorithms: ['deviation@1'] }] });
  expect(refusal([algorithm('deviation')], state)).toMatchObject([
    { code: 'DUPLICATE_OWNER', chain: ['deviation@1', 'other', 'health'] },
  ]);
});
