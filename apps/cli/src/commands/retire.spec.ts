import { describe, expect, it } from '@jest/globals';
import { liveRevision } from '@windlass/dag';
import { definedView } from '@windlass/simulation';
import { sortNames } from './retire.ts';

const algorithm = (name: string) => ({ name, version: 1, windows: ['minute@1'], result: 'double' });
const defined = definedView(
  {
    windowTypes: [{ name: 'minute', version: 1, reads: ['sample'], open: { fixed: { size: '1m' } } }],
    processors: [{ name: 'later', algorithms: ['trend@1'] }],
  },
  [{ name: 'health', version: 1, algorithms: [algorithm('mean'), algorithm('minute')] }],
);
if (!defined.ok) throw new Error(JSON.stringify(defined.problems));
const revision = liveRevision(defined.view);

describe('windlass retire', () => {
  it('knows what each name is, also of what is only expected', () => {
    expect(sortNames(['health', 'mean@1', 'windowType:minute@1', 'trend@1', 'later'], revision)).toEqual({
      processors: ['health', 'later'],
      algorithms: ['mean@1', 'trend@1'],
      windowTypes: ['minute@1'],
    });
  });

  it('says what a name might have meant, and asks when it means two', () => {
    expect(() => sortNames(['maen@1'], revision)).toThrow('Did you mean "mean@1"?');
    expect(() => sortNames(['minute@1'], revision)).toThrow('write algorithm:minute@1 or windowType:minute@1');
  });
});
