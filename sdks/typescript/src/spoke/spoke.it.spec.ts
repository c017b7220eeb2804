import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { errorHeaderNames, fromValue, headerNames, partitionOf, slotOf, type Task } from '@windlass/contracts';
import { eventually, namespaceOf } from '@windlass/testing';
import type { AnyAlgorithm } from '../definition/algorithm.ts';
import { busy, doubled, kills, load, waits } from '../fixtures/algorithms.ts';
import { SpokeProcess } from '../fixtures/spoke-process.ts';
import { PARTITIONS, TestHub } from '../fixtures/test-hub.ts';
import { taskFor, type TaskParts } from '../local/task-for.ts';

const DEADLINE_MS = 120_000;

interface Wanted {
  readonly key?: string;
  readonly metadata?: Record<string, number>;
  readonly timeoutMs?: number;
  readonly homePartition?: number;
}

function chain(
  algorithms: readonly AnyAlgorithm[],
  { key = 'unit-1', metadata = {}, timeoutMs, homePartition = 0 }: Wanted = {},
): Task {
  const task = taskFor(algorithms, { window: { key, metadata } } as TaskParts);
  const executions = task.executions.map((one) => ({ ...one, timeoutMs: timeoutMs ?? one.timeoutMs }));
  return { ...task, homePartition, executions };
}

describe('a processor on Kafka', () => {
  let hub: TestHub;
  const spokes: SpokeProcess[] = [];

  const spoke = async (env: Record<string, string> = {}): Promise<SpokeProcess> => {
    const started = new SpokeProcess({ ...hub.env, ...env });
    spokes.push(started);
    await eventually(() => started.says('the processor runs'), { deadlineMs: 60_000, describe: () => started.output });
    return started;
  };
  const members = async () =>
    (await hub.admin.describeGroups([hub.groupId])).groups[0]!.members.map((one) => one.memberId);
  const committed = async () => {
    const [topic] = await hub.admin.fetchOffsets({ groupId: hub.groupId, topics: [hub.windowTopic] });
    return topic!.partitions;
  };
  const caughtUp = async () => {
    const ends = await hub.admin.fetchTopicOffsets(hub.windowTopic);
    const at = new Map((await committed()).map(({ partition, offset }) => [partition, offset]));
    return ends.every(({ partition, high }) => high === '0' || at.get(partition) === high);
  };

  beforeAll(async () => {
    hub = await TestHub.start(namespaceOf('sdk spoke'));
  }, DEADLINE_MS);
  afterEach(() => Promise.all(spokes.splice(0).map((one) => one.end())), DEADLINE_MS);
  afterAll(() => hub?.stop(), DEADLINE_MS);

  it(
    'registers, answers each task on its home partition in order of the source, and commits',
    async () => {
      await spoke();
      expect(hub.registrations.at(-1)).toMatchObject({ name: 'fixtures', version: '7', team: 'default' });
      const tasks = Array.from({ length: 200 }, (_, i) =>
        chain([load, doubled], { key: `unit-${i % 10}`, metadata: { load: i }, homePartition: (i % 10) % PARTITIONS }),
      );
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      await hub.send(tasks, { traceparent });
      for (const [i, task] of tasks.entries()) {
        const { record, partition, key, headers } = await hub.answerTo(task.taskId);
        expect(record.items.map(({ result }) => fromValue(result!))).toEqual([i, i * 2]);
        expect({ partition, key }).toEqual({ partition: (i % 10) % PARTITIONS, key: task.pane.key });
        expect(headers).toMatchObject({
          traceparent,
          [headerNames.id]: task.taskId,
          ce_type: 'io.windlass.results.v1',
        });
      }
      for (let unit = 0; unit < 10; unit++) {
        const answered = hub.answers.filter(({ key }) => key === `unit-${unit}`);
        const started = answered.map(({ record }) => record.items[0]!.startedAtUs);
        expect(started).toEqual(started.toSorted((a, b) => a - b));
      }
      await eventually(caughtUp, { describe: 'positions committed' });
      await eventually(() => hub.heartbeats.at(-1)?.state === 'RUNNING', { describe: 'a heartbeat' });
      expect(hub.heartbeats.at(-1)).toMatchObject({
        processor: 'fixtures',
        processorVersion: '7',
        sdk: 'typescript 0.1.0',
      });
    },
    DEADLINE_MS,
  );

  it(
    'stays in its group through a busy loop longer than its session, and ends one of 30 s at its limit of 2 s',
    async () => {
      await spoke({ TEST_SESSION_TIMEOUT_MS: '6000' });
      const before = await members();
      const long = chain([busy], { key: 'unit-long', metadata: { busyMs: 9_000 } });
      const over = chain([busy, doubled], { key: 'unit-over', metadata: { busyMs: 30_000 }, timeoutMs: 2_000 });
      const quick = chain([load], { key: 'unit-quick' });
      await hub.send([long, over, quick]);
      const [item] = (await hub.answerTo(over.taskId)).record.items;
      expect(item!.error).toMatchObject({ code: 'TIMEOUT', retryable: true });
      const ranMs = (item!.endedAtUs - item!.startedAtUs) / 1_000;
      expect(ranMs).toBeGreaterThanOrEqual(2_000);
      expect((await hub.answerTo(quick.taskId)).record.items[0]!.error).toBeNull();
      expect((await hub.answerTo(long.taskId)).record.items[0]!.error).toBeNull();
      expect(await members()).toEqual(before);
      for (const { taskId } of [long, over, quick]) expect(hub.answersTo(taskId)).toHaveLength(1);
    },
    DEADLINE_MS,
  );

  it(
    'answers a task that comes twice twice, with the same results',
    async () => {
      await spoke();
      const task = chain([load, doubled], { metadata: { load: 3 } });
      await hub.send([task, task]);
      const answers = await eventually(() =>
        hub.answersTo(task.taskId).length === 2 ? hub.answersTo(task.taskId) : undefined,
      );
      const results = answers.map(({ record }) => record.items.map(({ result }) => result));
      expect(results[0]).toEqual(results[1]);
    },
    DEADLINE_MS,
  );

  it(
    'hands its tasks on when it is killed',
    async () => {
      const victim = await spoke();
      const stuck = chain([waits], { key: 'unit-stuck', metadata: { waitMs: 1 } });
      const running = chain([busy], { key: 'unit-busy', metadata: { busyMs: 4_000 } });
      await hub.send([running]);
      await eventually(async () => (await committed()).some(({ metadata }) => metadata?.includes('"holder"')));
      victim.signal('SIGKILL');
      await victim.exited;
      await hub.send([stuck]);
      await spoke();
      expect((await hub.answerTo(running.taskId, 60_000)).record.items[0]!.error).toBeNull();
      expect((await hub.answerTo(stuck.taskId)).record.items[0]!.error).toBeNull();
      await eventually(caughtUp, { describe: 'positions committed' });
    },
    DEADLINE_MS,
  );

  it(
    'finds a task that kills its process, answers it at the third death, and loses no other',
    async () => {
      const poison = chain([kills], { key: 'unit-poison' });
      const innocent = Array.from({ length: 12 }, (_, i) => chain([load], { key: `unit-${i}`, metadata: { load: i } }));
      await hub.send([...innocent.slice(0, 6), poison, ...innocent.slice(6)]);
      let deaths = 0;
      // It keeps its name, as a pod of a set does, and the dead one's session would outlast the test.
      const env = { ...hub.env, WINDLASS_INSTANCE: 'spoke-0', TEST_SESSION_TIMEOUT_MS: '600000' };
      while (hub.answersTo(poison.taskId).length === 0) {
        const one = new SpokeProcess(env);
        spokes.push(one);
        const answered = eventually(() => hub.answersTo(poison.taskId).length > 0, { deadlineMs: 60_000 });
        const end = await Promise.race([one.exited, answered.then(() => undefined)]);
        if (!end) break;
        expect(end.signal).toBe('SIGKILL');
        expect(++deaths).toBeLessThanOrEqual(3);
      }
      expect(deaths).toBe(3);
      const [item] = hub.answersTo(poison.taskId)[0]!.record.items;
      expect(item).toMatchObject({ executionId: poison.executions[0]!.executionId, attempt: 1 });
      expect(item!.error).toMatchObject({ code: 'POISONED', retryable: false });
      for (const { taskId } of innocent) expect((await hub.answerTo(taskId)).record.items[0]!.error).toBeNull();
      await eventually(caughtUp, { describe: 'positions committed' });
    },
    3 * DEADLINE_MS,
  );

  it(
    'finishes what runs on SIGTERM, hands the rest back, leaves the group and exits with 0',
    async () => {
      const first = await spoke({ WINDLASS_WORKERS: '1' });
      // What comes first after a holder that was killed is run as a suspect, and counted; what comes then is not.
      const before = chain([load], { key: 'unit-a', metadata: { load: 7 } });
      await hub.send([before]);
      await hub.answerTo(before.taskId);
      const running = chain([waits], { key: 'unit-a', metadata: { waitMs: 1_500 } });
      const queued = chain([load], { key: 'unit-a', metadata: { load: 8 } });
      await hub.send([running, queued]);
      await eventually(() =>
        hub.answers.some(({ record }) => record.taskId === running.taskId && record.kind === 'PROGRESS'),
      );
      first.signal('SIGTERM');
      expect(await first.exited).toEqual({ code: 0, signal: null });
      expect((await hub.answerTo(running.taskId)).record.items[0]!.error).toBeNull();
      expect(hub.answersTo(queued.taskId)).toHaveLength(0);
      expect(await members()).toEqual([]);
      const home = partitionOf(slotOf('unit-a'), PARTITIONS);
      const handedBack = (await committed()).find(({ partition }) => partition === home);
      expect(JSON.parse(handedBack!.metadata!)).toEqual({ holder: '', deaths: 0, alone: false });
      await eventually(() => hub.heartbeats.at(-1)?.state === 'STOPPED');
      await spoke();
      expect(fromValue((await hub.answerTo(queued.taskId)).record.items[0]!.result!)).toBe(8);
    },
    DEADLINE_MS,
  );

  it(
    'cancels a task that runs, one that waits behind it, and one that has not come yet',
    async () => {
      await spoke();
      const running = chain([waits], { key: 'unit-c' });
      const queued = chain([load], { key: 'unit-c' });
      const later = chain([load], { key: 'unit-d' });
      await hub.send([running, queued]);
      await eventually(() =>
        hub.answers.some(({ record }) => record.taskId === running.taskId && record.kind === 'PROGRESS'),
      );
      await hub.cancel(later.taskId, 'overtaken');
      await hub.cancel(queued.taskId, 'withdrawn');
      await hub.cancel(running.taskId, 'withdrawn');
      const code = async ({ taskId }: Task) => (await hub.answerTo(taskId)).record.items[0]!.error?.code;
      expect(await code(running)).toBe('CANCELLED');
      expect(await code(queued)).toBe('CANCELLED');
      await hub.send([later]);
      expect(await code(later)).toBe('CANCELLED');
    },
    DEADLINE_MS,
  );

  it(
    'answers an unreadable task from its headers, dead-letters one without, and goes on',
    async () => {
      await spoke();
      const next = chain([load], { key: 'unit-e' });
      const headers = {
        [headerNames.id]: 'bad-task',
        [headerNames.homePartition]: '2',
        [headerNames.attempt]: 'e1:4,e2:1',
      };
      await hub.sendRaw({ key: 'unit-e', partition: 1, value: Buffer.from([0, 0, 0, 0, 1, 7, 7]), headers });
      await hub.sendRaw({ key: 'unit-e', partition: 1, value: Buffer.from('not avro'), headers: { other: 'kept' } });
      await hub.sendRaw({ key: 'unit-e', partition: 1, value: null });
      await hub.send([next]);
      const { record, partition } = await hub.answerTo('bad-task');
      expect(partition).toBe(2);
      expect(record.items.map(({ executionId, attempt }) => `${executionId}:${attempt}`)).toEqual(['e1:4', 'e2:1']);
      expect(record.items[0]!.error).toMatchObject({ code: 'BAD_TASK', retryable: false });
      expect((await hub.answerTo(next.taskId)).record.items[0]!.error).toBeNull();
      await eventually(() => hub.deadLetters.length === 2);
      const letter = hub.deadLetters.find(({ value }) => value?.toString() === 'not avro')!;
      expect(String(letter.headers?.['other'])).toBe('kept');
      expect(String(letter.headers?.[errorHeaderNames.topic])).toBe(hub.windowTopic);
      expect(String(letter.headers?.[errorHeaderNames.code])).toBe('BAD_TASK');
    },
    DEADLINE_MS,
  );
});
