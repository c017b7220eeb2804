import {
  fromValue,
  type Pane,
  type Relation,
  type ResultValue,
  type Task,
  type TaskExecution,
  type TaskInput,
  type Value,
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

type GivenTo = Pick<TaskExecution, 'resolved' | 'withheld'>;

/** The results a task brings, and those its own chain has made so far, as algorithms see them. */
export class TaskInputs {
  readonly #pane: Pane;
  readonly #brought = new Map<string, TaskInput[]>();
  readonly #made = new Map<string, ResultValue>();
  /** By execution: what came by reference. */
  readonly #fetched = new Map<string, Value>();

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

  /** Those of an execution's inputs that travel by reference and have not come yet. */
  referred(needs: Needs, execution: GivenTo): readonly TaskInput[] {
    const inputs = namedNeeds(needs, execution).flatMap((need) => this.#brings(need));
    return inputs.filter(({ result, executionId }) => result === null && !this.#fetched.has(executionId));
  }

  /** One that travels by reference has come. */
  fetched({ executionId }: TaskInput, value: Value): void {
    this.#fetched.set(executionId, value);
  }

  /** @throws NonRetryableError when an input that must be there is not. */
  of(needs: Needs, execution: GivenTo): Record<string, unknown> {
    return Object.fromEntries(
      namedNeeds(needs, execution).map((need) => [need.name, asRead(need.dependency, this.#input(need))]),
    );
  }

  #input(need: NamedNeed): unknown {
    const { name, ref, dependency } = need;
    if (this.#isMade(need)) return this.#made.get(ref);
    const found = this.#brings(need);
    if (!isSingle(need)) return found.map((input) => toInput(input, this.#valueOf(input)));
    if (found[0]) return this.#valueOf(found[0]);
    if (mayLack(dependency.options)) return undefined;
    throw new NonRetryableError(`the task does not bring the input '${name}', which must be there`);
  }

  #isMade({ ref, dependency }: NamedNeed): boolean {
    return dependency.relation.kind === 'same' && this.#made.has(ref);
  }

  /** What the task brings for a need; nothing where its own chain has made it. */
  #brings(need: NamedNeed): readonly TaskInput[] {
    if (this.#isMade(need)) return [];
    const { relation } = need.dependency;
    if (relation.kind === 'previous') return this.#previous(need, relation);
    const all = this.#all(RELATIONS[relation.kind], need);
    return isSingle(need) ? all.slice(-1) : all;
  }

  #valueOf({ result, executionId }: TaskInput): ResultValue {
    return fromValue((result ?? this.#fetched.get(executionId))!);
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
}

const RELATIONS = { same: 'SAME', parent: 'PARENT', children: 'CHILDREN', members: 'MEMBERS' } as const;

const isSingle = ({ dependency: { relation } }: NamedNeed): boolean =>
  relation.kind === 'same' || relation.kind === 'parent';

function namedNeeds(needs: Needs, { resolved, withheld }: GivenTo): NamedNeed[] {
  return Object.keys(needs).map((name, place) => {
    const dependency = asDependency(needs[name]!);
    const asked = refOf(dependency.algorithm);
    const ref = resolved.find((one) => one.asked === asked)?.algorithm ?? asked;
    const left = withheld.find((one) => one.dependency === place)?.executionIds ?? [];
    return { name, ref, dependency, withheld: new Set(left) };
  });
}

/** An input, or a list of them, as the schema says with which they are read. */
function asRead({ algorithm, relation }: Dependency, input: unknown): unknown {
  const schema = algorithm.reads?.avro;
  if (!schema || input === undefined) return input;
  const path = refOf(algorithm);
  if (relation.kind === 'same' || relation.kind === 'parent') return readAvro(schema, input, path);
  return (input as readonly Input[]).map((one) => ({ ...one, value: readAvro(schema, one.value, path) }));
}

const toInput = (input: TaskInput, value: ResultValue): Input => ({
  value,
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
