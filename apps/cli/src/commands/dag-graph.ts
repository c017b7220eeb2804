import { indexDag, refOf, type DagRevision } from '@windlass/dag';
import { describeRelation } from './dag-text.ts';
import { dotQuoted, mermaidQuoted } from './graph-text.ts';

/** An arrow of the picture. `dashed`: over other windows than the same, or what opens windows. */
interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly dashed: boolean;
}

interface Picture {
  readonly windowTypes: readonly string[];
  /** Algorithms, by processor. */
  readonly processors: ReadonlyMap<string, readonly string[]>;
  readonly edges: readonly Edge[];
}

/** Window types, the algorithms bound to them, and who reads whom. Algorithms that are named and not registered are there too. */
function pictureOf(revision: DagRevision): Picture {
  const index = indexDag(revision);
  const edges: Edge[] = [];
  const processors = new Map<string, string[]>();
  const put = (processor: string, algorithm: string): void => {
    const algorithms = processors.get(processor) ?? [];
    if (!algorithms.includes(algorithm)) processors.set(processor, [...algorithms, algorithm]);
  };
  for (const type of revision.windowTypes) {
    if (type.parent !== undefined) edges.push({ from: type.parent, to: refOf(type), label: 'holds', dashed: false });
    if (type.open.kind === 'outcome')
      edges.push({ from: type.open.algorithm, to: refOf(type), label: `when ${type.open.when}`, dashed: true });
  }
  for (const algorithm of revision.algorithms) {
    const ref = refOf(algorithm);
    put(algorithm.processor, ref);
    for (const { windowType } of algorithm.bindings)
      edges.push({ from: windowType, to: ref, label: '', dashed: false });
    for (const { algorithm: needed, asked, relation } of algorithm.dependencies) {
      const label = [asked ?? '', describeRelation(relation)].filter(Boolean).join(' ');
      edges.push({ from: needed, to: ref, label, dashed: relation.kind !== 'same' });
    }
    for (const emitted of algorithm.emits) edges.push({ from: ref, to: emitted, label: 'emits', dashed: true });
  }
  for (const { algorithm, processor } of revision.expected ?? []) put(processor, algorithm);
  return { windowTypes: [...index.windowTypes.keys()], processors, edges };
}

/** For Graphviz: `windlass dag dot | dot -Tsvg`. */
export function dotOf(revision: DagRevision): string {
  const { windowTypes, processors, edges } = pictureOf(revision);
  const quoted = dotQuoted;
  const clusters = [...processors].map(([processor, algorithms], i) =>
    [
      `  subgraph cluster_${i} {`,
      `    label=${quoted(processor)}`,
      ...algorithms.map((algorithm) => `    ${quoted(algorithm)} [shape=box]`),
      '  }',
    ].join('\n'),
  );
  const arrows = edges.map(({ from, to, label, dashed }) => {
    const attributes = [...(label === '' ? [] : [`label=${quoted(label)}`]), ...(dashed ? ['style=dashed'] : [])];
    return `  ${quoted(from)} -> ${quoted(to)}${attributes.length > 0 ? ` [${attributes.join(', ')}]` : ''}`;
  });
  const nodes = windowTypes.map((ref) => `  ${quoted(ref)} [shape=oval]`);
  return ['digraph windlass {', '  rankdir=LR', ...nodes, ...clusters, ...arrows, '}', ''].join('\n');
}

/** For Mermaid, as Markdown pages show it. */
export function mermaidOf(revision: DagRevision): string {
  const { windowTypes, processors, edges } = pictureOf(revision);
  const ids = new Map<string, string>();
  const idOf = (ref: string): string => {
    const known = ids.get(ref) ?? `n${ids.size}`;
    ids.set(ref, known);
    return known;
  };
  const quoted = mermaidQuoted;
  const nodes = windowTypes.map((ref) => `  ${idOf(ref)}([${quoted(ref)}])`);
  const groups = [...processors].flatMap(([processor, algorithms], i) => [
    `  subgraph p${i} [${quoted(processor)}]`,
    ...algorithms.map((algorithm) => `    ${idOf(algorithm)}[${quoted(algorithm)}]`),
    '  end',
  ]);
  const arrows = edges.map(({ from, to, label, dashed }) => {
    const arrow = dashed ? '-.->' : '-->';
    return `  ${idOf(from)} ${arrow}${label === '' ? '' : `|${quoted(label)}|`} ${idOf(to)}`;
  });
  return ['flowchart LR', ...nodes, ...groups, ...arrows, ''].join('\n');
}
