import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { dotOfLineage, mermaidOfLineage } from './lineage-graph.ts';
import { describeLineage, type Lineage, type LineageNode } from './lineage-text.ts';

const node = (executionId: string, algorithm: string, rest: Partial<LineageNode> = {}): LineageNode => ({
  executionId,
  windowId: 'w',
  windowType: 'cycle@1',
  key: 'pump "1"',
  startUs: 1_000_000,
  endUs: 2_000_000,
  generation: 0,
  revision: 2,
  algorithm,
  run: 1,
  attempt: 1,
  state: 'SUCCEEDED',
  dagRevision: 7,
  policyRevision: 3,
  processor: 'health',
  processorVersion: '1.2.0',
  knownAtUs: 5_000_000,
  staleInput: false,
  withdrawn: null,
  ...rest,
});

const lineage: Lineage = {
  nodes: [
    node('c', 'rul@1'),
    node('b', 'deviation@1', { withdrawn: { reason: 'MERGED', knownAtUs: 9 } }),
    node('a', 'indicator@1'),
  ],
  unknown: [{ executionId: 'x', windowId: 'v', algorithm: 'rul@1' }],
  edges: [
    { from: 'b', to: 'c', use: 'SAME' },
    { from: 'a', to: 'c', use: 'SAME' },
    { from: 'x', to: 'c', use: 'PREVIOUS' },
    { from: 'a', to: 'b', use: 'SAME' },
  ],
  truncated: false,
};

describe('windlass lineage', () => {
  it('shows a tree of what a result was made from, each run once', () => {
    const lines = stripVTControlCharacters(describeLineage(lineage, 'up')).trimEnd().split('\n');
    const window = 'on cycle@1 of pump "1" [1970-01-01T00:00:01.000Z, 1970-01-01T00:00:02.000Z) revision 2';
    const about = 'DAG revision 7, policy 3, health 1.2.0, attempt 1, known 1970-01-01T00:00:05.000Z';
    expect(lines).toEqual([
      `rul@1 run 1 ${window} (${about}, c)`,
      `├─ same deviation@1 run 1 withdrawn: MERGED ${window} (${about}, b)`,
      `│  └─ same indicator@1 run 1 ${window} (${about}, a)`,
      `├─ same indicator@1 run 1 ${window} (${about}, a) (above)`,
      '└─ previous rul@1 not stored (x)',
    ]);
  });

  it('draws it for Graphviz and Mermaid', () => {
    expect(dotOfLineage(lineage)).toContain(
      '  "c" [shape=box, label="rul@1 run 1\\ncycle@1 pump \\"1\\" 1970-01-01T00:00:01.000Z\\nDAG 7, policy 3"]',
    );
    expect(dotOfLineage(lineage)).toContain('  "x" -> "c" [label="previous"]');
    expect(mermaidOfLineage(lineage)).toContain('  n3 -->|"previous"| n0');
    expect(mermaidOfLineage(lineage)).toContain('  n1 --> n0');
  });
});
