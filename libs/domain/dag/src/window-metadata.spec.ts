import { describe, expect, it } from '@jest/globals';
import { refOf } from './model.ts';
import { define } from './registry.fixture.ts';
import { windowMetadata } from './window-metadata.ts';

const outcome = define({
  windowTypes: [
    {
      name: 'life',
      version: 1,
      reads: ['x'],
      open: { startStop: { signal: 'life', maxDuration: '1d' } },
      metadata: { bornUs: { type: 'double', unit: 'us', required: true }, model: { type: 'string' } },
    },
    {
      name: 'cycle',
      version: 1,
      reads: ['x'],
      parent: 'life@1',
      open: { fixed: { size: '2s' } },
      metadata: { model: { type: 'double' } },
    },
    {
      name: 'shift',
      version: 1,
      reads: ['x'],
      open: { calendar: { zone: 'UTC', intervals: [{ name: 'early', start: '06:00', end: '14:00' }] } },
    },
  ],
});
if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
const types = new Map(outcome.revision.windowTypes.map((type) => [refOf(type), type]));

describe('the metadata of windows', () => {
  it('is their own and that of what they lie in; the inner declaration holds', () => {
    expect(windowMetadata(types, 'cycle@1')).toEqual({
      bornUs: { type: 'double', unit: 'us', required: true },
      model: { type: 'double', required: false },
    });
  });

  it('is also what a calendar gives', () => {
    expect(windowMetadata(types, 'shift@1')).toEqual({
      shift: { type: 'string', required: true },
      shiftDate: { type: 'string', required: true },
    });
  });

  it('is none of a type that does not exist', () => {
    expect(windowMetadata(types, 'nothing@1')).toEqual({});
  });
});
