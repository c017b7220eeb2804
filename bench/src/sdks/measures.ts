import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../measure/wait.ts';
import { checkAnswer } from './reference.ts';
import type { SpokeProcess } from './spoke-process.ts';
import { resultOf, type StandInHub } from './stand-in-hub.ts';
import { SOURCES, taskMaker, type Algorithm, type SentTask } from './tasks.ts';

const ANSWER_MS = 120_000;
const BURST_MS = 600_000;
const SAMPLE_MS = 200;
const IDLE_MS = 5_000;
const WARM_UP_SINGLES = 200;

export type StartSpoke = () => SpokeProcess;

/** A spoke at rest. */
export interface Idle {
  /** From the start of the program to the result of a task that lay on the topic, seconds. */
  readonly startSeconds: number;
  readonly idleMb: number;
  readonly processes: number;
}

/** A spoke behind a backlog. */
export interface Burst {
  readonly perSecond: number;
  /** Processor time of the spoke, microseconds a task. */
  readonly cpuUs: number;
  /** The most of all processes together. */
  readonly memoryMb: number;
}

/** From the start to the first result; then what it holds when it has done nothing for a while. After an error it is stopped. */
export async function idleOf(hub: StandInHub, start: StartSpoke): Promise<{ spoke: SpokeProcess; idle: Idle }> {
  const [task] = taskMaker(hub.schemaId, ['trivial'])(1);
  await hub.send([task!]);
  const answered = answersTo(hub, new Map([[task!.taskId, task!]]));
  const spoke = start();
  try {
    const isAnswered = () => (spoke.check(), answered.size === 1 || undefined);
    await waitFor(isAnswered, { deadlineMs: ANSWER_MS, pollMs: 10, what: 'the first result' });
    const startSeconds = (answered.get(task!.taskId)!.atMs - spoke.startedMs) / 1_000;
    await delay(IDLE_MS);
    const { pssMb, processes } = spoke.tree;
    return { spoke, idle: { startSeconds, idleMb: pssMb, processes } };
  } catch (error) {
    await spoke.stop();
    throw error;
  }
}

/** Milliseconds from sending a task to reading its result, one at a time, of a spoke that is warm. */
export async function singlesOf(hub: StandInHub, spoke: SpokeProcess, count: number): Promise<number[]> {
  const make = taskMaker(hub.schemaId, ['trivial']);
  const took: number[] = [];
  for (const task of make(WARM_UP_SINGLES + count)) {
    const done = Promise.withResolvers<number>();
    hub.onResult = (taskId) => taskId === task.taskId && done.resolve(performance.now());
    const late = setTimeout(() => done.reject(new Error('a task was not answered')), ANSWER_MS);
    const sentMs = performance.now();
    await hub.send([task]);
    took.push((await done.promise) - sentMs);
    clearTimeout(late);
    spoke.check();
  }
  return took.slice(WARM_UP_SINGLES);
}

/** Tasks lie on the topic when the spoke starts; what counts begins with the second tenth of their results. */
export async function burstOf(
  hub: StandInHub,
  start: StartSpoke,
  run: readonly Algorithm[],
  count: number,
): Promise<Burst> {
  const tasks = taskMaker(hub.schemaId, run)(count);
  await hub.send(tasks);
  const marks: { atMs: number; cpuSeconds: number }[] = [];
  const places = [Math.floor(count / 10), count];
  const mark = (answers: number): void => {
    if (places.includes(answers)) marks.push({ atMs: performance.now(), cpuSeconds: spoke.tree.cpuSeconds });
  };
  const answered = answersTo(hub, new Map(tasks.map((task) => [task.taskId, task])), mark);
  const spoke = start();
  let memoryMb = 0;
  const timer = setInterval(() => (memoryMb = Math.max(memoryMb, spoke.tree.pssMb || 0)), SAMPLE_MS);
  try {
    await waitFor(() => (spoke.check(), answered.size === count || undefined), {
      deadlineMs: BURST_MS,
      what: `${count} results`,
    });
  } finally {
    clearInterval(timer);
    await spoke.stop();
  }
  for (const { task, value } of [...answered.values()].slice(0, SOURCES))
    checkAnswer(task.source, run, resultOf(value));
  const [first, last] = marks as [(typeof marks)[0], (typeof marks)[0]];
  const tasksBetween = count - places[0]!;
  return {
    perSecond: tasksBetween / ((last.atMs - first.atMs) / 1_000),
    cpuUs: ((last.cpuSeconds - first.cpuSeconds) * 1e6) / tasksBetween,
    memoryMb,
  };
}

interface Answered {
  readonly task: SentTask;
  readonly atMs: number;
  readonly value: Buffer | null;
}

/** Grows with the first answer to each of the tasks. */
function answersTo(
  hub: StandInHub,
  tasks: ReadonlyMap<string, SentTask>,
  onAnswer: (answers: number) => void = () => undefined,
): Map<string, Answered> {
  const answered = new Map<string, Answered>();
  hub.onResult = (taskId, value) => {
    const task = tasks.get(taskId);
    if (!task || answered.has(taskId)) return;
    answered.set(taskId, { task, atMs: performance.now(), value });
    onAnswer(answered.size);
  };
  return answered;
}
