import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { after, algorithm, cycle, define, defined, processor, problemsOf, register } from '../registry.fixture.ts';

const pathsOf = (outcome: ReturnType<typeof register>): (readonly [string, string])[] =>
  problemsOf(outcome).map(({ code, path }) => [code, path] as const);

describe('a problem is told where the author wrote it', () => {
  it('of a window type that is proposed beside others that the hub has already', () => {
    const silent = { name: 'silent', version: 1, open: { fixed: { size: '1m' } } };
    const outcome = register(processor([algorithm('a')], { windowTypes: [cycle, silent] }), defined());
    expect(pathsOf(outcome)).toEqual([['NO_SIGNALS', 'windowTypes[1].reads']]);
  });

  it('of dependencies, bindings and emissions that stand in another order than before', () => {
    const windows = ['cycle@1', 'life@1'];
    const [x, y] = [algorithm('x', { windows }), algorithm('y', { windows })];
    const reader = algorithm('a', { windows, dependencies: [{ algorithm: 'x@1' }, { algorithm: 'y@1' }] });
    const state = after(register(processor([x, y, reader]), defined()), defined());
    const other = algorithm('a', {
      windows: [{ windowType: 'life@1', on: ['EARLY'] }, 'cycle@1'],
      dependencies: [{ algorithm: 'y@1', reads: 'string' }, { algorithm: 'x@1' }],
      emits: ['life@1'],
    });
    expect(pathsOf(register(processor([x, y, other]), state))).toEqual([
      ['BINDING_NEVER_FIRES', 'algorithms[2].windows[0].on'],
      ['RESULT_MISMATCH', 'algorithms[2].dependencies[0].reads'],
      ['UNSATISFIABLE_DEPENDENCY', 'algorithms[2].emits[0]'],
    ]);
  });

  it('in whatever order dependencies are given, before and now', () => {
    const names = ['p', 'q', 'r', 's'];
    const upstreams = names.map((name) => algorithm(name));
    const reader = (order: readonly string[], wrong?: string) =>
      algorithm('reader', {
        dependencies: order.map((name) => ({
          algorithm: `${name}@1`,
          ...(name === wrong && { reads: 'string' as const }),
        })),
      });
    const orders = fc.shuffledSubarray(names, { minLength: names.length });
    fc.assert(
      fc.property(orders, orders, fc.constantFrom(...names), (before, now, wrong) => {
        const state = after(register(processor([...upstreams, reader(before)]), defined()), defined());
        expect(pathsOf(register(processor([...upstreams, reader(now, wrong)]), state))).toEqual([
          ['RESULT_MISMATCH', `algorithms[4].dependencies[${now.indexOf(wrong)}].reads`],
        ]);
      }),
      { numRuns: 50 },
    );
  });

  it('in the order of a document with many parts', () => {
    const many = Array.from({ length: 12 }, (_, i) => ({ name: `w${i}`, version: 1, open: { fixed: { size: '1m' } } }));
    expect(pathsOf(define({ windowTypes: many })).map(([, path]) => path)).toEqual(
      many.map((_, i) => `windowTypes[${i}].reads`),
    );
  });
});
