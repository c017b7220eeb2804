import type { DagRevision } from '@windlass/dag';
import { afterWaitOf, refOf } from '@windlass/dag';
import type { AlgorithmError, KeyInput, Pane, Task, WindowWithdrawn } from '../index.ts';
import { boom } from './world.ts';

/** All that will ever be said about the windows of one key, in order for each window. */
export interface Story {
  readonly dag: DagRevision;
  readonly streams: readonly (readonly KeyInput[])[];
}

/** What everyone agrees on at the end: by `window/algorithm`, a value, or how it ended without one. */
export type Verdicts = ReadonlyMap<string, number | 'FAILED' | 'SKIPPED'>;

const mix = (seed: number, n: number): number => Math.imul(seed ^ n, 0x9e3779b1) >>> 0;
const mixText = (seed: number, text: string): number => [...text].reduce((h, c) => mix(h, c.charCodeAt(0)), seed);

/**
 * What every algorithm of a story computes: few values, so that revisions often change nothing; some inputs make it fail. It sees
 * only what it declared, so who else travels in its task makes no difference.
 */
export function compute(algorithm: string, elements: number, inputs: readonly (readonly [string, number])[]) {
  const seed = inputs.reduce((h, [name, value]) => mix(mixText(h, name), value), mixText(elements, algorithm));
  return (seed >>> 8) % 11 === 0 ? ('FAILED' as const) : (seed >>> 4) % 4;
}

/** The processor's side of `compute`. */
export const storySpoke =
  ({ algorithms }: DagRevision) =>
  (task: Task, algorithm: string, upstream: ReadonlyMap<string, number>): number | AlgorithmError => {
    const { dependencies } = algorithms.find((a) => refOf(a) === algorithm)!;
    const { withheld } = task.executions.find((x) => x.algorithm === algorithm)!;
    const inputs = dependencies.flatMap(({ algorithm: of, relation }, place): (readonly [string, number])[] => {
      const left = withheld.find((one) => one.dependency === place)?.executionIds ?? [];
      if (relation.kind === 'same' && upstream.has(of)) return [[`same/${of}`, upstream.get(of)!]];
      const ids = relation.kind === 'previous' ? previousOf(task.pane, relation as { count: number }) : null;
      return task.inputs
        .filter((i) => i.algorithm === of && i.relation === relation.kind.toUpperCase())
        .filter((i) => (ids === null || ids.includes(i.windowId)) && !left.includes(i.executionId))
        .map((i) => [`${relation.kind}/${of}`, i.result as number]);
    });
    const value = compute(algorithm, task.pane.elements, inputs);
    return value === 'FAILED' ? boom() : value;
  };

const previousOf = (pane: Pane, { count }: { count: number }): readonly string[] =>
  pane.previous.find((p) => p.dependency === `previous(${count})`)?.windowIds ?? [];

/** What must be known in the end, worked out from the last panes alone, without any notion of arrival, task or run. */
export function expected({ dag, streams }: Story): Verdicts {
  const panes = new Map<string, Pane>();
  const children = new Map<string, readonly string[]>();
  for (const input of streams.flat()) {
    if (input.kind === 'pane') panes.set(input.pane.windowId, input.pane);
    if (input.kind === 'childrenClosed') children.set(input.record.windowId, input.record.childWindowIds);
  }
  for (const input of streams.flat())
    if (input.kind === 'withdrawn') panes.delete((input.record as WindowWithdrawn).windowId);
  const verdicts = new Map<string, number | 'FAILED' | 'SKIPPED'>();
  const verdictOf = (pane: Pane, ref: string): number | 'FAILED' | 'SKIPPED' | undefined => {
    const algorithm = dag.algorithms.find((a) => refOf(a) === ref)!;
    if (!algorithm.bindings.some((b) => b.windowType === pane.windowType)) return undefined;
    const id = `${pane.windowId}/${ref}`;
    if (!verdicts.has(id)) verdicts.set(id, work(pane, ref));
    return verdicts.get(id)!;
  };
  const work = (pane: Pane, ref: string): number | 'FAILED' | 'SKIPPED' => {
    const inputs: (readonly [string, number])[] = [];
    for (const dependency of dag.algorithms.find((a) => refOf(a) === ref)!.dependencies) {
      const { algorithm, relation, onFailed, onMissing, minCompleteness = 0, onIncomplete = 'wait' } = dependency;
      const ids =
        relation.kind === 'same'
          ? [pane.windowId]
          : relation.kind === 'parent'
            ? [pane.parentWindowId!]
            : relation.kind === 'children'
              ? children.get(pane.windowId)!
              : previousOf(pane, relation as { count: number });
      if (ids.length === 0 && relation.kind === 'previous' && onMissing !== 'runWithout')
        return onMissing === 'fail' ? 'FAILED' : 'SKIPPED';
      for (const id of ids) {
        const upstream = panes.get(id);
        const verdict = upstream && verdictOf(upstream, algorithm);
        const isValue = typeof verdict === 'number';
        const said = isValue
          ? upstream!.completeness! < minCompleteness
            ? onIncomplete
            : 'accept'
          : verdict === undefined
            ? onMissing
            : onFailed;
        const rule = said === 'wait' ? afterWaitOf(dependency) : said;
        if (rule === 'skip' || rule === 'fail') return rule === 'fail' ? 'FAILED' : 'SKIPPED';
        if (isValue && rule === 'accept') inputs.push([`${relation.kind}/${algorithm}`, verdict]);
      }
    }
    return compute(ref, pane.elements, inputs);
  };
  for (const pane of panes.values())
    for (const a of dag.algorithms)
      if (a.bindings.some((b) => b.windowType === pane.windowType)) verdictOf(pane, refOf(a));
  return verdicts;
}
