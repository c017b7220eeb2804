import { describe, expect, it } from '@jest/globals';
import { liveRevision } from '@windlass/dag';
import { definedView } from '@windlass/simulation';
import { dotOf, mermaidOf } from './dag-graph.ts';
import { describeDag } from './dag-text.ts';
import { describeHistory } from './dag.ts';

const defined = definedView(
  {
    windowTypes: [
      {
        name: 'life',
        version: 1,
        for: { kind: 'unit' },
        reads: ['sample'],
        open: { startStop: { signal: 'life', maxDuration: '1d' } },
      },
      {
        name: 'cycle',
        version: 1,
        for: { kind: 'unit' },
        reads: ['sample'],
        parent: 'life@1',
        open: { fixed: { size: '2s' } },
      },
      {
        name: 'degradation',
        version: 1,
        for: { kind: 'unit' },
        parent: 'life@1',
        open: { outcome: { algorithm: 'deviation@1', when: 'result > 3.0' } },
      },
    ],
    processors: [
      { name: 'prognosis', algorithms: ['rul@1'] },
      { name: 'condition', algorithms: ['deviation@1'] },
    ],
  },
  [
    {
      name: 'condition',
      version: 1,
      algorithms: [
        { name: 'level', version: 1, windows: ['cycle@1'], result: 'double' },
        {
          name: 'deviation',
          version: 1,
          windows: [{ windowType: 'cycle@1', on: ['FINAL'] }],
          dependencies: [{ algorithm: 'level@^1' }, { algorithm: 'level@1', relation: { previous: 20 } }],
          result: 'double',
        },
      ],
    },
  ],
);
if (!defined.ok) throw new Error(JSON.stringify(defined.problems, null, 2));
const revision = liveRevision(defined.view);

describe('windlass dag', () => {
  it('shows window types in those they lie in, and what runs on them', () => {
    expect(describeDag(revision)).toBe(
      [
        'DAG revision 2: 3 window types, 2 algorithms, 1 processor',
        '',
        'life@1  from START to STOP of life  for unit',
        '├─ cycle@1  fixed 2s  for unit',
        '│  ├─ · level@1 (condition) = double',
        '│  └─ · deviation@1 (condition) on FINAL ← level@1 (level@^1), level@1 of previous 20 = double → opens degradation@1',
        '└─ degradation@1  opened by deviation@1 when result > 3.0  for unit',
        '',
        'expected, not registered yet: rul@1 (prognosis)',
        '',
      ].join('\n'),
    );
  });

  it('draws the same for Graphviz', () => {
    const dot = dotOf(revision);
    expect(dot).toContain('"life@1" -> "cycle@1" [label="holds"]');
    expect(dot).toContain('"deviation@1" -> "degradation@1" [label="when result > 3.0", style=dashed]');
    expect(dot).toContain('"level@1" -> "deviation@1" [label="level@^1"]');
    expect(dot).toContain('"level@1" -> "deviation@1" [label="previous 20", style=dashed]');
    expect(dot).toContain('label="prognosis"\n    "rul@1" [shape=box]');
  });

  it('and for Mermaid, each name once', () => {
    const mermaid = mermaidOf(revision);
    for (const name of ['life@1', 'cycle@1', 'degradation@1', 'level@1', 'deviation@1', 'rul@1'])
      expect(mermaid.split(`"${name}"`)).toHaveLength(2);
    expect(mermaid).toMatch(/n\d+ -\.->\|"previous 20"\| n\d+/);
  });

  it('tells the history, newest first, and which is live', () => {
    const at = Date.UTC(2026, 0, 31) * 1000;
    expect(
      describeHistory([
        { number: 10, changedBy: 'ann', changedAtUs: at, why: 'pump 3 is gone' },
        { number: 9, changedBy: 'condition', changedAtUs: at, why: null },
      ]),
    ).toBe('10  2026-01-31T00:00:00.000Z  ann  (live)  pump 3 is gone\n 9  2026-01-31T00:00:00.000Z  condition\n');
  });
});
