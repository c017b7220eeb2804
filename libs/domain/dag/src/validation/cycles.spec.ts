import { describe, expect, it } from '@jest/globals';
import { algorithm, cycle, defined, life, problemsOf, processor, refusal, register } from '../registry.fixture.ts';

describe('cycles', () => {
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
});
