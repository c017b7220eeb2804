import { randomUUID } from 'node:crypto';
import {
  toValue,
  type KeptSignal,
  type Pane,
  type Relation,
  type ResultValue,
  type Task,
  type TaskInput,
} from '@windlass/contracts';
import type { AnyAlgorithm, Algorithm, Signal, Window } from '../definition/algorithm.ts';
import {
  asDependency,
  refOf,
  type Dependency,
  type Input,
  type InputOf,
  type Needs,
} from '../definition/dependency.ts';
import { bindingsOf, type Metadata } from '../definition/window-type.ts';

/** Values of a need, without the windows they are about. */
type Given<I> = I extends readonly Input<infer T>[] ? readonly T[] : I;

export interface TaskParts<N extends Needs = Needs, M extends Metadata = Metadata> {
  /** What differs from a window of one second, on time, of the first bound type. */
  readonly window?: Partial<Window<M>>;
  readonly signals?: readonly (Partial<Signal> & Pick<Signal, 'eventTimeUs' | 'values'>)[];
  /** By the names in `needs`; for `previous` and `children` a list, oldest first. */
  readonly inputs?: { readonly [K in keyof N]?: Given<InputOf<N[K]>> };
}

const SECOND_US = 1_000_000;
const DEFAULT_TIMEOUT_MS = 60_000;

/** A task as the hub would send it, for one algorithm (its inputs are typed) or for a chain in the order given. */
export function taskFor<N extends Needs, M extends Metadata>(
  target: Algorithm<any, N, M>,
  parts?: TaskParts<N, M>,
): Task;
export function taskFor(target: readonly AnyAlgorithm[], parts?: TaskParts<any, any>): Task;
export function taskFor(target: AnyAlgorithm | readonly AnyAlgorithm[], parts: TaskParts<any, any> = {}): Task {
  const algorithms: readonly AnyAlgorithm[] = Array.isArray(target) ? target : [target as AnyAlgorithm];
  const pane = paneOf(algorithms[0]!, parts);
  const executions = algorithms.map((algorithm) => ({
    executionId: randomUUID(),
    algorithm: refOf(algorithm),
    run: 1,
    attempt: 1,
    timeoutMs: algorithm.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    after: [],
    resolved: [],
    withheld: [],
  }));
  const inputs = algorithms.flatMap((algorithm) =>
    Object.entries<any>(algorithm.needs ?? {}).flatMap(([name, need]) =>
      inputsOf(asDependency(need), (parts.inputs as Record<string, unknown> | undefined)?.[name], pane),
    ),
  );
  return { taskId: randomUUID(), pane, homePartition: 0, executions, inputs };
}

function paneOf(algorithm: AnyAlgorithm, { window = {}, signals }: TaskParts<any, any>): Pane {
  const startUs = window.startUs ?? 0;
  const timed = (signals ?? []).map(signalOf);
  return {
    windowId: randomUUID().replaceAll('-', ''),
    generation: 0,
    version: 1,
    windowType: bindingsOf(algorithm.on)[0]!.windowType,
    key: 'source',
    endUs: startUs + SECOND_US,
    revision: 0,
    timing: 'ON_TIME',
    isFinal: false,
    members: null,
    elements: timed.length,
    added: timed.length,
    completeness: null,
    gapUs: null,
    watermarkUs: null,
    parentWindowId: null,
    previous: [],
    openedBy: null,
    depth: 0,
    source: null,
    dagRevision: 1,
    policyRevision: 1,
    lane: 'TRY',
    firedAtUs: startUs + SECOND_US,
    ...window,
    startUs,
    metadata: window.metadata ?? {},
    signals: signals ? timed : null,
  };
}

const signalOf = (signal: Partial<Signal> & Pick<Signal, 'eventTimeUs' | 'values'>): KeptSignal => ({
  id: randomUUID(),
  name: 'sample',
  phase: 'POINT',
  count: 1,
  correlation: null,
  metadata: {},
  ...signal,
});

const RELATIONS = {
  same: 'SAME',
  parent: 'PARENT',
  children: 'CHILDREN',
  previous: 'PREVIOUS',
  members: 'MEMBERS',
} as const;

function inputsOf({ algorithm, relation }: Dependency, given: unknown, pane: Pane): TaskInput[] {
  if (given === undefined) return [];
  const many = relation.kind === 'previous' || relation.kind === 'children' || relation.kind === 'members';
  const values = (many ? given : [given]) as readonly ResultValue[];
  const length = pane.endUs - pane.startUs;
  return values.map((value, index) => {
    // Previous windows tile up to this one; children tile it; the others are it, or hold it.
    const part = relation.kind === 'children' ? length / values.length : length;
    const back = relation.kind === 'previous' ? values.length - index : relation.kind === 'children' ? -index : 0;
    const startUs = Math.round(pane.startUs - back * part);
    const kind: Relation = RELATIONS[relation.kind];
    return {
      algorithm: refOf(algorithm),
      relation: kind,
      executionId: randomUUID(),
      windowId: relation.kind === 'same' ? pane.windowId : randomUUID().replaceAll('-', ''),
      generation: pane.generation,
      revision: 0,
      startUs,
      endUs: Math.round(startUs + part),
      isFinal: false,
      metadata: {},
      result: toValue(value),
      reference: null,
      completeness: null,
      key: relation.kind === 'members' ? `member-${index + 1}` : pane.key,
    };
  });
}
