import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { carryIndex, type DagIndex, indexDag } from './dag-index.ts';
import { applyDifference, diffDag } from './difference.ts';
import { type DagRevision, refOf } from './model.ts';
import { linkedRevision } from './revision.fixture.ts';

const NAMES = ['a', 'b', 'b-1', 'c', 'd10', 'd9'];

/** All that an index tells. */
function told(index: DagIndex) {
  const refs = NAMES.map((name) => `${name}@1`);
  const each = <T>(of: (ref: string) => T) => refs.map(of);
  return {
    windowTypes: each((ref) => index.windowTypes.get(ref)),
    algorithms: each((ref) => index.algorithms.get(ref)),
    sizes: [index.windowTypes.size, index.algorithms.size, index.processors.size],
    on: each((ref) => index.algorithmsOn(ref)),
    dependants: each((ref) => index.dependantsOf(ref)),
    previous: each((ref) => index.previousSpecsOf(ref)),
    emitters: each((ref) => index.emittersOf(ref)),
    conditions: each((ref) => index.conditionsOn(ref)),
    children: each((ref) => index.childTypesOf(ref)),
    of: NAMES.map((name) => index.algorithmsOf(name)),
  };
}

/** A revision that nobody has an index of. */
const copied = (revision: DagRevision): DagRevision => ({ ...revision });

describe('the index of a revision', () => {
  it('carried over from another revision tells what one made anew tells', () => {
    fc.assert(
      fc.property(fc.array(linkedRevision, { minLength: 2, maxLength: 6 }), (list) => {
        let live = { ...list[0]!, number: 1 };
        indexDag(live);
        for (const one of list.slice(1)) {
          const difference = diffDag(live, { ...one, number: live.number + 1 });
          const next = applyDifference(live, difference);
          carryIndex(live, difference, next);
          expect(told(indexDag(next))).toEqual(told(indexDag(copied(next))));
          live = next;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('tells of each what the revision says, in the order of names', () => {
    fc.assert(
      fc.property(linkedRevision, (revision) => {
        const index = indexDag(copied(revision));
        const { algorithms, windowTypes } = revision;
        for (const ref of NAMES.map((name) => `${name}@1`)) {
          const on = algorithms.filter(({ bindings }) => bindings.some(({ windowType }) => windowType === ref));
          expect(new Set(index.algorithmsOn(ref))).toEqual(new Set(on));
          expect(index.emittersOf(ref)).toEqual(algorithms.filter(({ emits }) => emits.includes(ref)));
          expect(index.childTypesOf(ref)).toEqual(windowTypes.filter(({ parent }) => parent === ref));
          const order = index.algorithmsOn(ref).map(refOf);
          const needs = algorithms.flatMap((algorithm) =>
            algorithm.dependencies.map((dependency) => ({ algorithm, dependency })),
          );
          expect(index.dependantsOf(ref)).toEqual(needs.filter(({ dependency }) => dependency.algorithm === ref));
          expect(order).toHaveLength(on.length);
        }
      }),
    );
  });
});
