import {
  fromValue,
  type Pane,
  type Relation,
  type ResultValue,
  type Task,
  type TaskExecution,
  type TaskInput,
} from '@windlass/contracts';
import {
  asDependency,
  mayLack,
  refOf,
  type Dependency,
  type Input,
  type Needs,
  type PreviousRelation,
} from '../definition/dependency.ts';
import { NonRetryableError } from '../errors.ts';
import { readAvro } from './conform-avro.ts';
import { previousKey } from './previous-key.ts';

interface NamedNeed {
  readonly name: string;
  /** The version that the need stands for in this task. */
  readonly ref: string;
  readonly dependency: Dependency;
  /** Executions whose results are in the task for others. */
  readonly withheld: ReadonlySet<string>;
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
  of(needs: Needs, { resolved, withheld }: Pick<TaskExecution, 'resolved' | 'withheld'>): Record<string, unknown> {
    const inputs: Record<string, unknown> = {};
    for (const [place, name] of Object.keys(needs).entries()) {
      const dependency = asDependency(needs[name]!);
      const asked = refOf(dependency.algorithm);
      const ref = resolved.find((one) => one.asked === asked)?.algorithm ?? asked;
      const left = withheld.find((one) => one.dependency === place)?.executionIds ?? [];
      inputs[name] = asRead(dependency, this.#input({ name, ref, dependency, withheld: new Set(left) }));
    }
    return inputs;
  }

  #input(need: NamedNeed): unknown {
    const { ref, dependency } = need;
    const { relation } = dependency;
    switch (relation.kind) {
      case 'same':
        if (this.#made.has(ref)) return this.#made.get(ref);
        return this.#single(need, this.#all('SAME', need));
      case 'parent':
        return this.#single(need, this.#all('PARENT', need));
      case 'children':
        return this.#all('CHILDREN', need).map(toInput);
      case 'members':
        return this.#all('MEMBERS', need).map(toInput);
      case 'previous':
        return this.#previous(need, relation).map(toInput);
      default:
        return relation satisfies never;
    }
  }

  #all(relation: Relation, { ref, withheld }: NamedNeed): readonly TaskInput[] {
    const all = this.#brought.get(`${relation} ${ref}`) ?? [];
    return withheld.size === 0 ? all : all.filter(({ executionId }) => !withheld.has(executionId));
  }

  /** Two algorithms of one task may look back differently far; the pane tells which windows each means. */
  #previous(need: NamedNeed, relation: PreviousRelation): readonly TaskInput[] {
    const all = this.#all('PREVIOUS', need);
    const named = this.#pane.previous.find(({ dependency }) => dependency === previousKey(relation));
    if (!named) return 'count' in relation ? all.slice(-relation.count) : all;
    if (named.windowIds.length >= all.length && all.every(({ windowId }) => named.windowIds.includes(windowId)))
      return all;
    const ids = new Set(named.windowIds);
    return all.filter(({ windowId }) => ids.has(windowId));
  }

  #single({ name, dependency }: NamedNeed, found: readonly TaskInput[]): ResultValue | undefined {
    const input = found.at(-1);
    if (input) return valueOf(input);
    if (mayLack(dependency.options)) return undefined;
    throw new NonRetryableError(`the task does not bring the input '${name}', which must be there`);
  }
}

/** An input, or a list of them, as the schema says with which they are read. */
function asRead({ algorithm, relation }: Dependency, input: unknown): unknown {
  const schema = algorithm.reads?.avro;
  if (!schema || input === undefined) return input;
  const path = refOf(algorithm);
  if (relation.kind === 'same' || relation.kind === 'parent') return readAvro(schema, input, path);
  return (input as readonly Input[]).map((one) => ({ ...one, value: readAvro(schema, one.value, path) }));
}

function valueOf({ algorithm, windowId, result, reference }: TaskInput): ResultValue {
  if (result !== null) return fromValue(result);
  throw new NonRetryableError(
    `the result of ${algorithm} on window ${windowId} travels by reference (${reference}), which this SDK cannot read`,
  );
}

const toInput = (input: TaskInput): Input => ({
  value: valueOf(input),
  source: input.key,
  windowId: input.windowId,
  generation: input.generation,
  revision: input.revision,
  startUs: input.startUs,
  endUs: input.endUs,
  isFinal: input.isFinal,
  completeness: input.completeness,
  metadata: input.metadata,
});
