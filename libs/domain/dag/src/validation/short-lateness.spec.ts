import { describe, expect, it } from '@jest/globals';
import { after, cycle, define, defined, life } from '../registry.fixture.ts';

type WindowTypeInput = typeof life;

const warned = (parent: Partial<WindowTypeInput>, child: Partial<WindowTypeInput>) => {
  const outcome = define({ windowTypes: [{ ...life, ...parent } as WindowTypeInput, { ...cycle, ...child }] });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome.warnings;
};

const condition = { condition: { signal: 'sample', while: 'values.v > 1.0', minDuration: '10s', maxDuration: '1d' } };

describe('a lateness that is shorter than the parent’s', () => {
  it('is told, with what would be enough', () => {
    expect(warned({ policy: { allowedLateness: '10m' } }, { policy: { allowedLateness: '1m' } })).toMatchObject([
      {
        code: 'LATENESS_BELOW_PARENT',
        path: 'windowTypes[1].policy.allowedLateness',
        message: expect.stringContaining(
          'up to 61s behind the newest, and windows of life@1 may open or be revised up to 601s',
        ),
        chain: ['cycle@1', 'life@1'],
        mend: expect.stringContaining('at least 10m,'),
        owners: ['default'],
      },
    ]);
  });

  it('counts how much later than its start what opens the parent is known', () => {
    expect(warned({ open: condition }, {})).toMatchObject([{ mend: expect.stringContaining('at least 10s,') }]);
    expect(warned({ open: condition }, { policy: { allowedLateness: '10s' } })).toEqual([]);
    const point = { point: { signal: 'alarm', before: '5s', after: '2s' } };
    expect(warned({ open: point }, {})).toMatchObject([{ mend: expect.stringContaining('at least 7s,') }]);
  });

  it('is no loss where it is as long, or longer, or where what lies in the parent is held', () => {
    expect(warned({}, {})).toEqual([]);
    expect(warned({}, { policy: { allowedLateness: '10m' } })).toEqual([]);
    const long = { policy: { allowedLateness: '10m' } };
    expect(warned({ ...long, open: { session: { gap: '1m' } } }, {})).toEqual([]);
    expect(warned({ ...long, open: { emission: {} } }, {})).toEqual([]);
    expect(warned(long, { open: { emission: {} } })).toEqual([]);
  });

  it('is told when the parent’s policy changes later, and of nothing that a document is not about', () => {
    const state = defined([life, cycle]);
    const longer = define({ policies: [{ windowType: 'life@1', allowedLateness: '1h' }] }, state);
    expect(longer).toMatchObject({
      ok: true,
      warnings: [{ code: 'LATENESS_BELOW_PARENT', path: 'policies[cycle@1].allowedLateness' }],
    });
    const other = define({ windowTypes: [{ ...life, name: 'other' }] }, after(longer, state));
    expect(other).toMatchObject({ ok: true, warnings: [] });
  });
});
