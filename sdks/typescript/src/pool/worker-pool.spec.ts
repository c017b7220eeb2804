import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeRecord, fromValue, schemaOf, type ResultRecord, type Task } from '@windlass/contracts';
import type { AnyAlgorithm } from '../definition/algorithm.ts';
import { AnswerCodec } from '../execution/answer.ts';
import { big, busy, doubled, exits, hoards, load, refuses, throws, waits } from '../fixtures/algorithms.ts';
import { taskFor, type TaskParts } from '../local/task-for.ts';
import { silentLogger } from '../log.ts';
import type { Job, ProgressNote } from './executor.ts';
import { WorkerPool } from './worker-pool.ts';

const identity = { processor: 'fixtures', processorVersion: '1', instance: 'test' };
const codec = new AnswerCodec(identity, 2);
const moduleUrl = new URL('../fixtures/algorithms.ts', import.meta.url).href;

let lastId = 0;
const jobOf = (task: Task): Job => ({ id: ++lastId, value: encodeRecord('windows', 1, task) });
const chain = (algorithms: AnyAlgorithm[], metadata: Record<string, number> = {}, timeoutMs = 60_000): Task => {
  const task = taskFor(algorithms, { window: { metadata } } as TaskParts);
  return { ...task, homePartition: 3, executions: task.executions.map((one) => ({ ...one, timeoutMs })) };
};

describe('WorkerPool', () => {
  const notes: ProgressNote[] = [];
  let pool: WorkerPool;
  const answer = async (job: Job): Promise<ResultRecord> => {
    const outcome = await pool.run(job);
    if (outcome.kind !== 'answered') throw new Error(outcome.message);
    expect(outcome.homePartition).toBe(3);
    return codec.decode(outcome.record);
  };
  const items = async (task: Task) => (await answer(jobOf(task))).items;

  beforeAll(async () => {
    pool = await WorkerPool.start({
      size: 2,
      moduleUrl,
      identity,
      resultSchemaId: 2,
      resultCollector: { url: undefined, token: undefined },
      log: silentLogger,
      onProgress: (note) => void notes.push(note),
    });
    pool.addSchema(1, JSON.stringify(schemaOf('windows')));
  });
  afterAll(() => pool.close());

  it('runs a chain in one thread, each with what the one before has made', async () => {
    const task = chain([load, doubled], { load: 21 });
    const record = await answer(jobOf(task));
    expect(record).toMatchObject({ taskId: task.taskId, kind: 'RESULT', ...identity });
    expect(record.items.map(({ result }) => fromValue(result!))).toEqual([21, 42]);
    expect(record.items[0]!.endedAtUs).toBeGreaterThanOrEqual(record.items[0]!.startedAtUs);
    expect(record.items[0]!.cpuMs).toBeGreaterThanOrEqual(0);
  });

  it('ends a busy loop of 30 s at its limit, keeps what the chain had done, and does not hold up other work', async () => {
    const startedMs = Date.now();
    const stuck = items(chain([load, busy, doubled], { load: 1 }, 300));
    const others = await Promise.all(Array.from({ length: 20 }, () => items(chain([load], { load: 5 }))));
    expect(others.every(([item]) => item!.error === null)).toBe(true);
    const [first, second, ...rest] = await stuck;
    expect(fromValue(first!.result!)).toBe(1);
    expect(second!.error).toMatchObject({ code: 'TIMEOUT', class: 'StartToCloseTimeout', retryable: true });
    expect(second!.error!.message).toContain('300 ms');
    expect(rest).toEqual([]);
    // Far from the 30 s the loop would take; how far, is the bench's matter.
    expect(Date.now() - startedMs).toBeLessThan(20_000);
    expect((await items(chain([load], { load: 7 })))[0]!.error).toBeNull();
  });

  it('keeps a large part of a chain when the next one exceeds its limit', async () => {
    const [first, second] = await items(chain([big, busy], {}, 300));
    expect((fromValue(first!.result!) as string).length).toBe(600_000);
    expect(second!.error!.code).toBe('TIMEOUT');
  });

  it('ends async work at its limit', async () => {
    expect((await items(chain([waits], {}, 200)))[0]!.error!.code).toBe('TIMEOUT');
  });

  it('answers errors with class, message, stack and causes, and whether a retry may help', async () => {
    const [thrown, ...rest] = await items(chain([throws, load]));
    expect(thrown!.error).toMatchObject({ class: 'RangeError', message: 'out of range', retryable: true, code: null });
    expect(thrown!.error!.stack).toMatch(/fixtures\/algorithms[^]*Caused by: TypeError: below it all/);
    expect(rest).toEqual([]);
    const [refused] = await items(chain([refuses]));
    expect(refused!.error).toMatchObject({ class: 'NonRetryableError', retryable: false });
  });

  it('answers NOT_HERE for an algorithm that the module lacks', async () => {
    const task = chain([load]);
    const other = { ...task, executions: [{ ...task.executions[0]!, algorithm: 'load@2' }] };
    expect((await items(other))[0]!.error).toMatchObject({ code: 'NOT_HERE', retryable: true });
  });

  it('fails work that ends its thread, and goes on', async () => {
    expect((await items(chain([exits])))[0]!.error).toMatchObject({ code: 'WORKER_DIED', retryable: true });
    expect((await items(chain([load])))[0]!.error).toBeNull();
  });

  it('refuses a result beyond the limit with its name and size', async () => {
    const [item] = await items(chain([hoards]));
    expect(item!.error).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', retryable: false });
  });

  it('cancels work that listens, work that does not, and work that has not begun', async () => {
    const cancellation = { executionIds: [], reason: 'window withdrawn' };
    const listening = jobOf(chain([waits]));
    const deaf = jobOf(chain([busy], { load: 1 }));
    const task = chain([busy]);
    const answers = [listening, deaf].map(answer);
    await new Promise<void>((resolve) => {
      const check = setInterval(
        () => notes.some(({ job }) => job === listening.id) && (clearInterval(check), resolve()),
        5,
      );
    });
    for (const { id } of [listening, deaf]) pool.cancel(id, cancellation);
    answers.push(answer({ ...jobOf(task), cancellation }));
    for (const { items: answered } of await Promise.all(answers)) {
      expect(answered.at(-1)!.error).toMatchObject({
        code: 'CANCELLED',
        message: 'window withdrawn',
        retryable: false,
      });
    }
  });

  it('cancels only the executions that are named', async () => {
    const task = chain([load, doubled], { load: 4 });
    const executionIds = [task.executions[1]!.executionId];
    const { items: answered } = await answer({ ...jobOf(task), cancellation: { executionIds, reason: 'gone' } });
    expect(answered.map(({ error }) => error?.code ?? null)).toEqual([null, 'CANCELLED']);
  });

  it('tells progress of long work with the address of its task', async () => {
    const task = chain([waits], { waitMs: 1 });
    await items(task);
    const note = notes.find(({ taskId }) => taskId === task.taskId)!;
    const record = codec.decode(note.record);
    expect(record.kind).toBe('PROGRESS');
    expect(record.items[0]).toMatchObject({ executionId: task.executions[0]!.executionId, result: null, error: null });
    expect(note.homePartition).toBe(3);
  });

  it('says what is wrong with bytes that are no task', async () => {
    for (const value of [
      Buffer.alloc(0),
      Buffer.from('junk'),
      Buffer.from([0, 0, 0, 0, 1, 255]),
      Buffer.from([0, 0, 0, 0, 9]),
    ]) {
      expect(await pool.run({ id: ++lastId, value })).toMatchObject({ kind: 'unreadable' });
    }
  });

  it('does not start on a module that has no algorithms, or throws', async () => {
    const options = {
      size: 1,
      identity,
      resultSchemaId: 2,
      resultCollector: { url: undefined, token: undefined },
      log: silentLogger,
      onProgress: () => {},
    };
    const nothing = new URL('../log.ts', import.meta.url).href;
    await expect(WorkerPool.start({ ...options, moduleUrl: nothing })).rejects.toThrow(
      /neither declares the processor/,
    );
    const broken = 'data:text/javascript,throw new Error("broken module")';
    await expect(WorkerPool.start({ ...options, moduleUrl: broken })).rejects.toThrow(/broken module/);
  });
});
