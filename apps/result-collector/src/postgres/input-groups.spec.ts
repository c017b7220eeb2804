import { describe, expect, it } from '@jest/globals';
import type { InputReference } from '@windlass/contracts';
import fc from 'fast-check';
import { groupInputs, ungroupInputs } from './input-groups.ts';

const input = fc.record<InputReference>({
  executionId: fc.string(),
  algorithm: fc.constantFrom('a@1', 'b@1'),
  relation: fc.constantFrom('SAME', 'PREVIOUS'),
  windowId: fc.string(),
});

describe('inputs', () => {
  it('come back as they were from their runs', () => {
    fc.assert(
      fc.property(fc.array(input), (inputs) => {
        const parts = {
          executionIds: inputs.map((one) => one.executionId),
          windowIds: inputs.map((one) => one.windowId),
        };
        expect(ungroupInputs({ groups: groupInputs(inputs), ...parts })).toEqual(inputs);
      }),
    );
  });

  it('of one relation and algorithm are named once', () => {
    const twenty = Array.from({ length: 20 }, () => ({
      executionId: 'e',
      algorithm: 'a@1',
      relation: 'PREVIOUS' as const,
      windowId: 'w',
    }));
    expect(groupInputs(twenty)).toEqual([{ relation: 'PREVIOUS', algorithm: 'a@1', count: 20 }]);
  });
});
