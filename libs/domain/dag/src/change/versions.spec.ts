import { describe, expect, it } from '@jest/globals';
import {
  after,
  algorithm,
  codesOf,
  cycle,
  define,
  defined,
  life,
  problemsOf,
  processor,
  register,
} from '../registry.fixture.ts';
import type { RegistryState } from './state.ts';

const indicator = (version: string) => algorithm('indicator', { version });
const reader = (asked: string) =>
  processor([algorithm('rul', { dependencies: [{ algorithm: asked }] })], { name: 'prognosis' });
const held = ({ revision }: RegistryState) => revision.algorithms.find(({ name }) => name === 'rul')!.dependencies[0]!;
const step = (state: RegistryState, input: unknown) => after(register(input, state), state);

describe('versions side by side', () => {
  const two = step(defined(), processor([indicator('1.2.0'), indicator('1.4.0'), indicator('2.0.0')]));

  it('settle a range to the highest that fits, keep what was asked, and tell both', () => {
    const outcome = register(reader('indicator@^1.2'), two);
    expect(held(after(outcome, two))).toMatchObject({ algorithm: 'indicator@1.4.0', asked: 'indicator@^1.2' });
    expect(outcome).toMatchObject({
      resolved: [{ path: 'algorithms[rul@1].dependencies[0]', asked: 'indicator@^1.2', ref: 'indicator@1.4.0' }],
      hints: [],
    });
    expect(held(step(two, reader('indicator@1.2.0')))).not.toHaveProperty('asked');
  });

  it('leave a settled range as it is when a newer version comes, hint at it, and settle it anew when its owner registers again', () => {
    const settled = step(two, reader('indicator@^1.2'));
    const outcome = register(processor([indicator('1.5.0')]), settled);
    const newer = after(outcome, settled);
    expect(held(newer).algorithm).toBe('indicator@1.4.0');
    expect(outcome).toMatchObject({
      changes: [{ name: 'indicator@1.5.0', action: 'added' }],
      hints: [
        {
          code: 'NEWER_VERSION',
          path: 'algorithms[rul@1].dependencies[0]',
          message: expect.stringContaining(
            'indicator@^1.2 is indicator@1.4.0 since it was registered; indicator@1.5.0 fits',
          ),
        },
      ],
    });
    const again = register(reader('indicator@^1.2'), newer);
    expect(held(after(again, newer)).algorithm).toBe('indicator@1.5.0');
    expect(again).toMatchObject({ hints: [], changes: [{ name: 'rul@1', fields: ['dependencies'] }] });
  });

  it('take a version that the same registration brings, and a registered one before one that is only expected', () => {
    const expecting = after(define({ processors: [{ name: 'other', algorithms: ['indicator@1.9.0'] }] }, two), two);
    expect(held(step(expecting, reader('indicator@^1.2'))).algorithm).toBe('indicator@1.4.0');
    expect(held(step(expecting, reader('indicator@~1.9'))).algorithm).toBe('indicator@1.9.0');
    const together = processor([
      indicator('1.6.0'),
      algorithm('rul', { dependencies: [{ algorithm: 'indicator@1.x' }] }),
    ]);
    expect(held(step(two, together)).algorithm).toBe('indicator@1.6.0');
  });

  it('refuse a range that nothing fits, and say what there is', () => {
    expect(problemsOf(register(reader('indicator@^3'), two))).toMatchObject([
      {
        code: 'UNKNOWN_ALGORITHM',
        path: 'algorithms[0].dependencies[0].algorithm',
        message:
          'algorithm "indicator@^3": no version of that name fits; there are indicator@1.2.0, indicator@1.4.0, indicator@2.0.0',
      },
    ]);
    expect(codesOf(register(reader('indicator@one'), two))).toEqual(['MALFORMED']);
  });

  it('know one version however it is written, and refuse it twice', () => {
    expect(held(step(two, reader('indicator@2')))).toMatchObject({
      algorithm: 'indicator@2.0.0',
      asked: 'indicator@2',
    });
    expect(problemsOf(register(processor([indicator('2')]), two))).toMatchObject([
      { code: 'DUPLICATE', path: 'algorithms[0]', message: '"indicator@2" and "indicator@2.0.0" are the same version' },
    ]);
  });

  it('are refused where several bindings of an algorithm come to one window type', () => {
    const twice = algorithm('a', {
      windows: [{ windowType: 'cycle@1', on: ['FINAL'] }, 'life@1', 'cycle@^1', 'life@1'],
    });
    expect(problemsOf(register(processor([twice]), defined()))).toMatchObject([
      { code: 'DUPLICATE', path: 'algorithms[0].windows[2]', chain: ['a@1', 'cycle@1'] },
      { code: 'DUPLICATE', path: 'algorithms[0].windows[3]', chain: ['a@1', 'life@1'] },
    ]);
  });

  it('settle window types too: of a binding, a parent, a `like` and an opener', () => {
    const types = [
      { ...life, version: '1.3.0' },
      { ...cycle, parent: 'life@^1' },
      { name: 'slow', version: 1, like: 'cycle@1.x', policy: { allowedLateness: '1h' } },
      {
        name: 'found',
        version: 1,
        parent: 'life@1.x',
        open: { outcome: { algorithm: 'indicator@^1', when: 'result > 1.0' } },
      },
    ];
    const outcome = define({ windowTypes: types }, step(defined(), processor([indicator('1.2.0')])));
    const state = after(outcome);
    const of = (name: string) => state.revision.windowTypes.findLast((type) => type.name === name);
    expect(of('cycle')).toMatchObject({ parent: 'life@1.3.0', parentAsked: 'life@^1' });
    expect(of('slow')).toMatchObject({ parent: 'life@1.3.0', like: { windowType: 'cycle@1', asked: 'cycle@1.x' } });
    expect(of('found')!.open).toMatchObject({ algorithm: 'indicator@1.2.0', asked: 'indicator@^1' });
    const bound = step(state, processor([algorithm('a', { windows: ['cycle@^1'] })], { name: 'third' }));
    expect(bound.revision.algorithms.find(({ name }) => name === 'a')!.bindings).toMatchObject([
      { windowType: 'cycle@1', asked: 'cycle@^1' },
    ]);
    expect(problemsOf(define({ windowTypes: [{ name: 'b', version: 1, like: 'cycle@^7' }] }, state))).toMatchObject([
      {
        code: 'UNKNOWN_WINDOW_TYPE',
        path: 'windowTypes[0].like',
        message: expect.stringContaining('there is cycle@1'),
      },
    ]);
  });
});
