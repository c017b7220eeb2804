import {
  fromValue,
  type Pane,
  type Relation,
  type ResultValue,
  type Task,
  type TaskExecution,
  type TaskInput,
} from '@windlass/contracts';
import { asDependency, refOf, type Dependency, type Input, type Needs } from '../definition/dependency.ts';
import { NonRetryableError } from '../errors.ts';

/** The text by which a pane names a `previous` dependency. */
const previousKey = (relation: { readonly count: number } | { readonly durationUs: number }): string =>
  'count' in relation ? `previous(${relation.count})` : `previous(${relation.durationUs}us)`;

interface NamedNeed {
  readonly name: string;
  /** The version that the need stands for in this task. */
  readonly ref: string;
  readonly dependency: Dependency;
}

/** The results a task brings, and those its own chain has made so far, as algorithms see them. */
export class TaskInputs {
  readonly #pane: Pane;
  readonly #brought = new Map<string, TaskInput[]>();
  readonly #made = new Map<string, ResultValue>();

  constructor(task: Task) {
    this.#pane = task.pane;
    for (const input of task.inputs) {
      const key = `${input.relation} ${input.algorithm}`;
      const known = this.#brought.get(key);
      if (known) known.push(input);
      else this.#brought.set(key, [input]);
    }
  }

  /** An earlier algorithm of the chain has answered. */
  made(algorithm: string, value: ResultValue): void {
    this.#made.set(algorithm, value);
  }

  /** @throws NonRetryableError when an input that must be there is not, or travels by reference. */
  of(needs: Needs, resolved: TaskExecution['resolved'] = []): Record<string, unknown> {
    const inputs: Record<string, unknown> = {};
    for (const name of Object.keys(needs)) {
      const dependency = asDependency(needs[name]!);
      const asked = refOf(dependency.algorithm);
      const ref = resolved.find((one) => one.asked === asked)?.algorithm ?? asked;
      inputs[name] = this.#input({ name, ref, dependency });
    }
    return inputs;
  }

  #input({ name, ref, dependency: { relation, options } }: NamedNeed): unknown {
    switch (relation.kind) {
      case 'same':
        if (this.#made.has(ref)) return this.#made.get(ref);
        return this.#single(name, this.#all('SAME', ref), options);
      case 'parent':
        return this.#single(name, this.#all('PARENT', ref), options);
      case 'children':
        return this.#all('CHILDREN', ref).map(toInput);
      case 'previous':
        return this.#previous(ref, relation).map(toInput);
      default:
        return relation satisfies never;
    }
  }

  #all(relation: Relation, ref: string): readonly TaskInput[] {
    return this.#brought.get(`${relation} ${ref}`) ?? [];
  }

  /** Two algorithms of one task may look back differently far; the pane tells which windows each means. */
  #previous(ref: string, relation: Parameters<typeof previousKey>[0]): readonly TaskInput[] {
    const all = this.#all('PREVIOUS', ref);
    const named = this.#pane.previous.find(({ dependency }) => dependency === previousKey(relation));
    if (!named) return 'count' in relation ? all.slice(-relation.count) : all;
    if (named.windowIds.length >= all.length && all.every(({ windowId }) => named.windowIds.includes(windowId)))
      return all;
    const ids = new Set(named.windowIds);
    return all.filter(({ windowId }) => ids.has(windowId));
  }

  #single(name: string, found: readonly TaskInput[], options: Dependency['options']): ResultValue | undefined {
    const input = found.at(-1);
    if (input) return valueOf(input);
    if (options.onMissing === 'runWithout' || options.onFailed === 'runWithout') return undefined;
    throw new NonRetryableError(`the task does not bring the input '${name}', which must be there`);
  }
}

function valueOf({ algorithm, windowId, result, reference }: TaskInput): ResultValue {
  if (result !== null) return fromValue(result);
  throw new NonRetryableError(
    `the result of ${algorithm} on window ${windowId} travels by reference (${reference}), which this SDK cannot read`,
  );
}

const toInput = (input: TaskInput): Input => ({
  value: valueOf(input),
  windowId: input.windowId,
  generation: input.generation,
  revision: input.revision,
  startUs: input.startUs,
  endUs: input.endUs,
  isFinal: input.isFinal,
  metadata: input.metadata,
});
