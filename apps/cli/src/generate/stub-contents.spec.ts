import { describe, expect, it } from '@jest/globals';
import { liveRevision } from '@windlass/dag';
import { definedView } from '@windlass/simulation';
import { stubContents } from './stub-contents.ts';

const algorithm = (name: string, version: string) => ({ name, version, windows: ['all@1'], result: 'double' });
const defined = definedView(
  {
    windowTypes: [
      { name: 'all', version: 1, reads: ['x'], open: { wholeLife: {} } },
      { name: 'own', version: 2, like: 'all@1' },
    ],
    processors: [{ name: 'later', algorithms: ['rul@1'] }],
  },
  [
    { name: 'z', version: 1, algorithms: [algorithm('last', '1')] },
    {
      name: 'a',
      version: 1,
      algorithms: [
        algorithm('b', '1.10'),
        algorithm('b', '1.10.0-rc.2'),
        algorithm('b', '1.9'),
        algorithm('a', '1'),
        algorithm('b', '1'),
      ],
    },
  ],
);
if (!defined.ok) throw new Error(JSON.stringify(defined.problems));
const revision = liveRevision(defined.view);
const told = (...only: readonly string[]) => {
  const { processors, windowTypes, unknown } = stubContents(revision, only);
  return [
    Object.fromEntries(processors.map(({ processor, algorithms }) => [processor, algorithms.map(({ ref }) => ref)])),
    windowTypes.map(({ ref }) => ref),
    unknown,
  ];
};

describe('contents of stubs', () => {
  it('are everything, by name and from the oldest version to the newest', () => {
    expect(told()).toEqual([
      { a: ['a@1', 'b@1', 'b@1.9', 'b@1.10.0-rc.2', 'b@1.10'], z: ['last@1'] },
      ['all@1', 'own@2'],
      ['rul@1'],
    ]);
    expect(Object.keys(told()[0]!)).toEqual(['a', 'z']);
  });

  it('are what is asked for', () => {
    expect(told('b@1.9', 'own@2')).toEqual([{ a: ['b@1.9'] }, ['own@2'], []]);
    expect(told('z', 'later')).toEqual([{ z: ['last@1'] }, [], ['rul@1']]);
    expect(() => told('owm@2')).toThrow('Did you mean "own@2"?');
  });
});
