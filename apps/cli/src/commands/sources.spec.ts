import { describe, expect, it } from '@jest/globals';
import { parseDefinitions } from '@windlass/dag';
import { parseSourcesCsv } from './sources-file.ts';
import { describeHistory, describeSource } from './source-text.ts';

describe('a CSV of sources', () => {
  const csv = [
    'name,kind,groups,labels.site,parent,validFrom,from',
    'pump-1,pump,line-1; line-2,north,hall-1,2026-01-01T00:00:00Z,ever',
    '',
    '"pump-2",pump,,,,,',
  ].join('\r\n');

  it('becomes what a definitions file would say', () => {
    const { value } = parseSourcesCsv(csv, 'pumps.csv');
    expect(value).toEqual({
      sources: [
        {
          name: 'pump-1',
          kind: 'pump',
          groups: ['line-1', 'line-2'],
          labels: { site: 'north' },
          parent: 'hall-1',
          validFrom: '2026-01-01T00:00:00Z',
          from: 'ever',
        },
        { name: 'pump-2', kind: 'pump' },
      ],
    });
    expect(parseDefinitions(value).ok).toBe(true);
  });

  it('tells the line of a problem', () => {
    const { locate } = parseSourcesCsv(csv, 'pumps.csv');
    expect([locate('sources[0].kind'), locate('sources[1].name'), locate('owner')]).toEqual([
      'pumps.csv:2',
      'pumps.csv:4',
      'pumps.csv',
    ]);
  });

  it.each([
    ['name,kind,grops\na,b,c', 'pumps.csv:1: unknown column "grops". Did you mean "groups"?'],
    ['name\na', 'pumps.csv:1: the column kind is missing'],
    ['name,kind\na', 'pumps.csv:2: 1 cell, and the header has 2'],
    ['', 'it is empty'],
    ['name,kind\n"a,b', 'pumps.csv: '],
    ['name,kind,kind\na,pump,car', 'pumps.csv:1: the column kind is given twice'],
  ])('is refused: %j', (text, message) => {
    expect(() => parseSourcesCsv(text, 'pumps.csv')).toThrow(message);
  });
});

describe('a CSV of sources that cannot be read', () => {
  const linesOf = (text: string): string[] => {
    try {
      parseSourcesCsv(text, 'pumps.csv');
    } catch (error) {
      return (error as Error).message.split('\n');
    }
    return [];
  };

  it('is refused with every column and every row that is wrong', () => {
    expect(linesOf('name,grops,name,zne\na,b,c,d\na\n\na,b,c,d,e\n')).toEqual([
      'pumps.csv:1: unknown column "grops". Did you mean "groups"?',
      'pumps.csv:1: unknown column "zne". Did you mean "zone"?',
      'pumps.csv:1: the column name is given twice',
      'pumps.csv:1: the column kind is missing',
      'pumps.csv:3: 1 cell, and the header has 4',
      'pumps.csv:5: 5 cells, and the header has 4',
    ]);
  });

  it('is told of the first rows, and how many there are', () => {
    const lines = linesOf(`name,kind\n${'a;pump\n'.repeat(30)}`);
    expect(lines).toHaveLength(21);
    expect(lines.slice(-2)).toEqual([
      'pumps.csv:21: 1 cell, and the header has 2',
      'pumps.csv: 30 rows have another number of cells than the header; 20 are told',
    ]);
  });
});

describe('windlass sources list', () => {
  const source = { name: 'pump-1', kind: 'pump', parent: 'hall-1', groups: ['line-1'], labels: { site: 'north' } };

  it('says what is known of a source, on one line', () => {
    expect(describeSource({ ...source, declared: true, firstSeenUs: 1 })).toBe(
      'pump-1                    pump  in hall-1  line-1  site=north',
    );
    expect(describeSource({ ...source, declared: true, firstSeenUs: null })).toContain('no signal yet');
    const unknown = { name: 'x', kind: 'unknown', groups: [], labels: {} };
    expect(describeSource({ ...unknown, declared: false, firstSeenUs: 1_772_323_200_000_000 })).toBe(
      'x                         unknown  not declared  since 2026-03-01T00:00:00Z',
    );
  });
});

describe('windlass sources show --history', () => {
  it('says what it was from when to when, and who changed it', () => {
    const fromUs = 1_772_323_200_000_000;
    const on = (line: string) => ({ kind: 'pump', groups: [line], labels: {} });
    const text = describeHistory('pump-1', {
      versions: [
        { fromUs: null, toUs: fromUs, ...on('line-a') },
        { fromUs, toUs: null, ...on('line-b') },
      ],
      changes: [{ number: 2, changedBy: 'ann', changedAtUs: fromUs, source: { ...on('line-b'), fromUs } }],
    });
    expect(text.split('\n')).toEqual([
      'pump-1',
      '  until 2026-03-01T00:00:00Z                      pump  line-a',
      '  from 2026-03-01T00:00:00Z                       pump  line-b',
      'changes, newest first',
      '     2  2026-03-01T00:00:00Z  ann: pump  line-b, from 2026-03-01T00:00:00Z',
      '',
    ]);
  });
});
