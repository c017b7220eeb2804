import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { describeRun } from './summary.ts';
import { Tally, tallyJson } from './tally.ts';
import { watermarks } from './watermarks.ts';

const sent = fc.record({ source: fc.constantFrom('a', 'b'), id: fc.nat(50).map(String), eventTime: fc.nat(1_000) });
const signal = (one: { source: string; id: string; eventTime: number }) => ({ ...one, name: 'sample' });

describe('the tally', () => {
  it('goes on where a kept one has stopped', () => {
    fc.assert(
      fc.property(fc.array(sent), fc.array(sent), (before, after) => {
        const whole = new Tally();
        for (const one of [...before, ...after]) whole.sent(signal(one));
        const first = new Tally();
        for (const one of before) first.sent(signal(one));
        const resumed = Tally.of(tallyJson.parse(JSON.parse(JSON.stringify(first))));
        for (const one of after) resumed.sent(signal(one));
        // Which ids came lately is not kept.
        expect({ ...resumed.toJSON(), identical: 0 }).toEqual({ ...whole.toJSON(), identical: 0 });
      }),
    );
  });

  it('knows rows that say the same, and rows behind earlier ones of their source', () => {
    const tally = new Tally();
    for (const [source, id, eventTime] of [
      ['a', '1', 10],
      ['a', '1', 10],
      ['b', '1', 4],
      ['a', '2', 7],
      ['b', '2', 3],
    ] as const)
      tally.sent({ source, id, eventTime, name: 'sample' });
    expect(tally).toMatchObject({ rows: 5, signals: 5, identical: 1, behind: { us: 3, source: 'a' } });
    expect([...watermarks(tally.sources, 5)].flat().map((text) => JSON.parse(text) as object)).toEqual([
      {
        source: 'a',
        id: 'finish-15',
        name: 'watermark',
        phase: 'WATERMARK',
        eventTime: 15,
        metadata: { afterLastUs: 5 },
      },
      {
        source: 'b',
        id: 'finish-9',
        name: 'watermark',
        phase: 'WATERMARK',
        eventTime: 9,
        metadata: { afterLastUs: 5 },
      },
    ]);
  });

  it('is told to a person', () => {
    const tally = new Tally();
    tally.sent({ source: 'a', id: '1', eventTime: 1_769_860_800_000_000, name: 'sample' });
    tally.sent({ source: 'a', id: '1', eventTime: 1_769_860_797_500_000, name: 'sample' });
    tally.refused();
    const rejects = { rowsFile: 'data.csv.rejects.csv', reasonsFile: 'data.csv.rejects.log' };
    expect(describeRun({ name: 'data.csv', tally, rows: 2, seconds: 0.5, rejects, finishedUs: 600_000_000 })).toBe(
      [
        'data.csv: 2 rows in 0.5 s (4 rows/s)',
        '  resumed    1 row sent before; counts below are of all',
        '  signals    2',
        '  rejected   1 in data.csv.rejects.csv; why: data.csv.rejects.log',
        '  sources    1: a',
        '  time       2026-01-31T11:59:57.500000Z … 2026-01-31T12:00:00.000000Z',
        '  order      rows stand up to 2500ms behind (a): outOfOrderness or allowedLateness must be as much',
        '  identical  1 row with the id of an earlier one: the hub keeps the first (--identical-rows each keeps all)',
        '  finished   a watermark for each source, 10m after its last row',
        '',
      ].join('\n'),
    );
  });
});
