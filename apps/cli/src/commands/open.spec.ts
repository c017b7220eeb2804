import { describe, expect, it } from '@jest/globals';
import { withField } from './open.ts';
import { microsOption } from './time-option.ts';

describe('windlass open', () => {
  it('reads numbers, true and false, and text as metadata, one after the other', () => {
    const fields = ['load=12.5', 'spare=true', 'by=ann', 'serial="007"', 'note=', 'rule=a=b'];
    expect(fields.reduce((before, text) => withField(text, before), {})).toEqual({
      load: 12.5,
      spare: true,
      by: 'ann',
      serial: '007',
      note: '',
      rule: 'a=b',
    });
    expect(() => withField('load', {})).toThrow('field=value');
    expect(() => withField('=1', {})).toThrow('field=value');
  });

  it('reads times to the microsecond, in the zone where they have no offset', () => {
    expect(microsOption('--from', '1970-01-01T00:00:01.000002Z', 'UTC')).toBe(1_000_002);
    expect(microsOption('--from', '1970-01-01T01:00', 'Europe/Berlin')).toBe(0);
    expect(() => microsOption('--to', 'noon', 'UTC')).toThrow('--to "noon" is no ISO 8601 time');
  });
});
