import type { DagRevision } from '@windlass/dag';
import type { Result, Task } from '@windlass/execution';
import type { HubTopicMap } from '@windlass/messaging';
import { v8Bytes, valueOf } from './codec.ts';
import type { LogRecord, SimulatedKafka } from './kafka.ts';
import type { Random } from './random.ts';
import { answersTo } from './spokes.ts';
import type { Chance, Owner, VirtualTime } from './virtual-time.ts';

export interface SpokeParts {
  readonly processors: readonly string[];
  readonly revision: DagRevision;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly kafka: SimulatedKafka;
  readonly topics: HubTopicMap;
  /** Probability that something is wrong with one answer. */
  readonly trouble: () => number;
}

interface Lane {
  readonly partition: number;
  readonly log: readonly LogRecord[];
  position: number;
}

const SLOW_US = 90_000_000;
const WORK_US = 300_000;

/** All processors: each task is read at least once, and answered once, or twice, or late, or not at all, or with an error that passes. */
export class SpokeGroup {
  private readonly parts: SpokeParts;
  private readonly owner: Owner = { state: 'alive' };
  private readonly lanes: readonly Lane[];
  private readonly told: { readonly partition: number; readonly key: Buffer; readonly result: Result }[] = [];

  constructor(parts: SpokeParts) {
    this.parts = parts;
    const { processors, kafka, topics } = parts;
    this.lanes = processors.flatMap((processor) =>
      Array.from({ length: kafka.partitions }, (_, partition) => ({
        partition,
        log: kafka.log(topics.names.windows(processor), partition),
        position: 0,
      })),
    );
  }

  chances(): Chance[] {
    const chances: Chance[] = [];
    for (const lane of this.lanes) if (lane.position < lane.log.length) chances.push(() => this.work(lane));
    return chances;
  }

  private work(lane: Lane): void {
    const { random, trouble, revision } = this.parts;
    const { partition, log, position } = lane;
    const { key, value } = log[position]!;
    const task = valueOf(value!) as Task;
    const result = answersTo(revision, task);
    const isWell = !random.isBelow(trouble());
    const wrong = isWell ? -1 : random.below(7);
    // It died while it worked, and gets the task again.
    if (wrong !== 0) lane.position += 1;
    if (wrong === 0) return;
    const tell = (one: Result, withinUs: number): void => this.tell({ partition, key, result: one }, withinUs);
    // The answer is lost: the task is published again when nobody has answered it for long.
    if (wrong === 1) return;
    if (wrong === 2) tell(result, WORK_US);
    if (wrong === 3) return tell(withError(result, 'NOT_HERE'), WORK_US);
    if (wrong === 4 && task.executions.every(({ attempt }) => attempt === 1))
      return tell(withError(result, null), WORK_US);
    if (wrong === 5) tell(withAttempt(result, -1), WORK_US);
    const old = wrong === 6 ? this.told[random.below(this.told.length)] : undefined;
    if (old) this.tell(old, WORK_US);
    tell(result, isWell || wrong > 2 ? WORK_US : SLOW_US);
  }

  private tell(
    answer: { readonly partition: number; readonly key: Buffer; readonly result: Result },
    withinUs: number,
  ): void {
    const { time, random, kafka, topics } = this.parts;
    this.told.push(answer);
    time.after(this.owner, random.below(withinUs), () =>
      kafka.append(topics.names.results('default'), answer.partition, {
        key: answer.key,
        value: v8Bytes(answer.result),
        headers: {},
      }),
    );
  }
}

const withError = (result: Result, code: string | null): Result => ({
  ...result,
  answers: result.answers.map((answer) => ({
    ...answer,
    result: null,
    emissions: [],
    error: { class: 'Passing', message: 'not now', stack: null, retryable: true, code },
  })),
});

/** What nobody may take for the answer. */
const withAttempt = (result: Result, change: number): Result => ({
  ...result,
  answers: result.answers.map((answer) => ({ ...answer, attempt: answer.attempt + change, result: -1, error: null })),
});
