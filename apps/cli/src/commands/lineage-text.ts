import { styleText } from 'node:util';

export interface LineageNode {
  readonly executionId: string;
  readonly windowId: string;
  readonly windowType: string;
  readonly key: string;
  readonly startUs: number;
  readonly endUs: number;
  readonly generation: number;
  readonly revision: number;
  readonly algorithm: string;
  readonly run: number;
  readonly attempt: number;
  readonly state: string;
  readonly dagRevision: number;
  readonly policyRevision: number;
  readonly processor: string;
  readonly processorVersion: string | null;
  readonly knownAtUs: number;
  readonly staleInput: boolean;
  readonly withdrawn: { readonly reason: string; readonly knownAtUs: number } | null;
}

export interface UnknownNode {
  readonly executionId: string;
  readonly windowId: string;
  readonly algorithm: string;
}

/** Answer of the result-collector's `GET /v1/results/:executionId/lineage`. */
export interface Lineage {
  readonly nodes: readonly LineageNode[];
  readonly unknown: readonly UnknownNode[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly use: string }[];
  readonly truncated: boolean;
}

/** A tree from the run that was asked for. A run that is met again is shown once, and named after that. */
export function describeLineage(lineage: Lineage, direction: 'up' | 'down'): string {
  const lines: string[] = [];
  const shown = new Set<string>();
  const texts = new Map([
    ...lineage.nodes.map((node): [string, string] => [node.executionId, describeNode(node)]),
    ...lineage.unknown.map((node): [string, string] => [node.executionId, describeUnknown(node)]),
  ]);
  const next = neighboursOf(lineage, direction);
  const show = (id: string, use: string, [before, within]: readonly [string, string]): void => {
    const again = shown.has(id);
    shown.add(id);
    lines.push(
      `${before}${use === '' ? '' : `${useText(use)} `}${texts.get(id)}${again ? styleText('dim', ' (above)') : ''}`,
    );
    if (again) return;
    const below = next.get(id) ?? [];
    for (const [index, { id: other, use: how }] of below.entries()) {
      const last = index === below.length - 1;
      show(other, how, [`${within}${last ? '└─ ' : '├─ '}`, `${within}${last ? '   ' : '│  '}`]);
    }
  };
  show(lineage.nodes[0]!.executionId, '', ['', '']);
  if (lineage.truncated) lines.push('There is more; ask for a smaller --depth, or for one of these.');
  return `${lines.join('\n')}\n`;
}

/** Of each run, those to be shown below it. */
export function neighboursOf(
  { edges }: Lineage,
  direction: 'up' | 'down',
): ReadonlyMap<string, readonly { readonly id: string; readonly use: string }[]> {
  const next = new Map<string, { id: string; use: string }[]>();
  for (const { from, to, use } of edges) {
    const [above, below] = direction === 'up' ? [to, from] : [from, to];
    next.set(above, [...(next.get(above) ?? []), { id: below, use }]);
  }
  return next;
}

const useText = (use: string): string => styleText('cyan', use.toLowerCase());

const timeText = (us: number): string => new Date(us / 1000).toISOString();

function describeNode(node: LineageNode): string {
  const { algorithm, run, attempt, state, windowType, key, startUs, endUs, revision, generation } = node;
  const version = node.processorVersion === null ? '' : ` ${node.processorVersion}`;
  const about = [
    `DAG revision ${node.dagRevision}`,
    `policy ${node.policyRevision}`,
    `${node.processor}${version}`,
    `attempt ${attempt}`,
    `known ${timeText(node.knownAtUs)}`,
    node.executionId,
  ];
  return [
    `${styleText('bold', algorithm)} run ${run}`,
    ...(state === 'SUCCEEDED' ? [] : [styleText('red', state)]),
    ...(node.withdrawn ? [styleText('red', `withdrawn: ${node.withdrawn.reason}`)] : []),
    ...(node.staleInput ? [styleText('yellow', 'stale input')] : []),
    `on ${windowType} of ${key} [${timeText(startUs)}, ${timeText(endUs)}) revision ${revision}${generation === 0 ? '' : ` generation ${generation}`}`,
    styleText('dim', `(${about.join(', ')})`),
  ].join(' ');
}

const describeUnknown = ({ executionId, algorithm }: UnknownNode): string =>
  `${styleText('bold', algorithm)} ${styleText('yellow', 'not stored')} ${styleText('dim', `(${executionId})`)}`;
