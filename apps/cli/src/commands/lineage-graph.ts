import { dotQuoted, mermaidQuoted } from './graph-text.ts';
import type { Lineage } from './lineage-text.ts';

interface Box {
  readonly id: string;
  readonly lines: readonly string[];
  readonly stored: boolean;
}

function boxesOf({ nodes, unknown }: Lineage): Box[] {
  const known = nodes.map((node): Box => {
    const start = new Date(node.startUs / 1000).toISOString();
    const lines = [
      `${node.algorithm} run ${node.run}`,
      `${node.windowType} ${node.key} ${start}`,
      `DAG ${node.dagRevision}, policy ${node.policyRevision}`,
    ];
    return { id: node.executionId, lines, stored: true };
  });
  return [
    ...known,
    ...unknown.map(({ executionId: id, algorithm }): Box => ({ id, lines: [algorithm, 'not stored'], stored: false })),
  ];
}

const labelOf = (use: string): string => (use === 'SAME' ? '' : use.toLowerCase());

/** For Graphviz: `windlass lineage ID --format dot | dot -Tsvg`. */
export function dotOfLineage(lineage: Lineage): string {
  const boxes = boxesOf(lineage).map(
    ({ id, lines, stored }) =>
      `  ${dotQuoted(id)} [shape=box, label=${lines.map(dotQuoted).join('\\n').replaceAll('"\\n"', '\\n')}${stored ? '' : ', style=dashed'}]`,
  );
  const arrows = lineage.edges.map(({ from, to, use }) => {
    const label = labelOf(use);
    return `  ${dotQuoted(from)} -> ${dotQuoted(to)}${label === '' ? '' : ` [label=${dotQuoted(label)}]`}`;
  });
  return ['digraph lineage {', '  rankdir=LR', ...boxes, ...arrows, '}', ''].join('\n');
}

/** For Mermaid, as Markdown pages show it. */
export function mermaidOfLineage(lineage: Lineage): string {
  const boxes = boxesOf(lineage);
  const idOf = new Map(boxes.map(({ id }, index) => [id, `n${index}`]));
  const nodes = boxes.map(({ id, lines }) => `  ${idOf.get(id)}[${mermaidQuoted(lines.join('<br>'))}]`);
  const arrows = lineage.edges.map(({ from, to, use }) => {
    const label = labelOf(use);
    return `  ${idOf.get(from)} -->${label === '' ? '' : `|${mermaidQuoted(label)}|`} ${idOf.get(to)}`;
  });
  return ['flowchart LR', ...nodes, ...arrows, ''].join('\n');
}
