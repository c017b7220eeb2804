/** What every SDK passes, on real Kafka and a real schema registry; sdks/conformance/README.md says what it is given. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  encodeValue,
  errorHeaderNames,
  fromValue,
  headerNames,
  partitionOf,
  slotOf,
  toValue,
  type Task,
} from '@windlass/contracts';
import { registration } from '@windlass/dag';
import { buildProgram, missingOf, type ForeignProgram } from '@windlass/embedded';
import { eventually, namespaceOf } from '@windlass/testing';
import { expectItems, expectShape } from './expectations.ts';
import { Hub, nestedLists, PARTITIONS, TOKEN } from './hub.ts';
import { manifests } from './manifest.ts';
import { ProcessorProcess } from './processor-process.ts';
import { newId, taskFiles, taskOf, type TaskParts } from './task-file.ts';

const DEADLINE_MS = 120_000;
/** The first time an SDK may have to fetch what it is made of. */
const BUILD_DEADLINE_MS = 900_000;
/** Long enough for a machine that is busy: a session that ends although its process lives would count as a death. */
const SESSION_MS = 3_000;
const LONGER_THAN_SESSION_MS = 4_000;

const files = taskFiles();
const cases = files.flatMap(({ tasks }) => tasks.map((one) => ({ ...one, task: undefined as Task | undefined })));
const load = (key: string, value: number): TaskParts => ({ run: ['load'], window: { key, metadata: { load: value } } });
const sleeps = (key: string, sleepMs?: number): TaskParts => ({
  run: ['sleeps'],
  window: { key, metadata: sleepMs === undefined ? {} : { sleepMs } },
});

/** Declares the suite for one SDK, which is skipped where its toolchain is not there; CI has all. Errors: no such SDK. */
export function describeSdk(sdk: string): void {
  const manifest = manifests().find(({ name }) => name === sdk);
  if (!manifest) throw new Error(`no SDK called ${sdk} has a conformance.json`);
  const missing = missingOf(manifest);
  const name = missing.length > 0 ? `${sdk} (needs ${missing.join(', ')})` : sdk;
  (missing.length > 0 && process.env['CI'] !== 'true' ? describe.skip : describe)(`the SDK for ${name}`, () =>
    conforms(manifest),
  );
}

function conforms(manifest: ForeignProgram): void {
  let hub: Hub;
  let first: ProcessorProcess;
  let resultSchemaId: number;
  const started: ProcessorProcess[] = [];

  const start = (): ProcessorProcess => {
    const env = { ...hub.env, WINDLASS_SESSION_TIMEOUT_MS: String(SESSION_MS) };
    const one = new ProcessorProcess(manifest, env);
    started.push(one);
    return one;
  };
  const running = async (): Promise<ProcessorProcess> => {
    const one = start();
    await eventually(() => one.isRunning, { deadlineMs: 60_000, describe: () => one.output });
    return one;
  };
  const send = async (...parts: TaskParts[]): Promise<Task[]> => {
    const tasks = parts.map(taskOf);
    await hub.send(tasks);
    return tasks;
  };
  const codesOf = async (task: Task) =>
    (await hub.answerTo(task)).record.items.map(({ error }) => (error ? error.code : 'succeeded'));

  beforeAll(() => buildProgram(manifest), BUILD_DEADLINE_MS);
  beforeAll(async () => {
    hub = await Hub.start(namespaceOf(`conformance ${manifest.name}`));
    first = await running();
    resultSchemaId = (await hub.registry.registered('results')).id;
    for (const one of cases) {
      one.task = taskOf({ ...one, homePartition: cases.indexOf(one) % PARTITIONS });
      await hub.send([one.task], one.headers);
    }
  }, DEADLINE_MS);
  afterAll(async () => {
    await Promise.all(started.map((one) => one.end()));
    await hub?.stop();
  }, DEADLINE_MS);

  describe('at its start', () => {
    it('registers until the hub is up, with what the registry takes', () => {
      expect(hub.registrations).toHaveLength(2);
      for (const { method, path, headers, body } of hub.registrations) {
        expect({ method, path }).toEqual({ method: 'POST', path: '/v1/processors' });
        expect(headers).toMatchObject({ authorization: `Bearer ${TOKEN}` });
        expect(headers['content-type']).toContain('application/json');
        const { success, error, data } = registration.safeParse(body);
        expect({ success, error }).toMatchObject({ success: true });
        expect(data).toMatchObject({ name: 'conformance', version: '7', team: 'default' });
      }
    });

    it('registers its algorithms as they are declared', () => {
      const { algorithms } = registration.parse(hub.registrations[0]!.body);
      const of = (wanted: string) => algorithms.find((one) => one.name === wanted);
      expect(of('load')).toMatchObject({
        version: '1',
        windows: [{ windowType: 'conformance@1', on: ['ON_TIME', 'LATE'] }],
        result: { type: 'double', unit: '%' },
      });
      expect(of('window')).toMatchObject({
        windows: [{ windowType: 'conformance@1', on: ['EARLY', 'ON_TIME', 'LATE', 'FINAL'], minCompleteness: 0.5 }],
      });
      const given = (relation: object, rules: object = {}) => ({ algorithm: 'given@1', relation, ...rules });
      const runWithout = { onMissing: 'runWithout' };
      expect(of('inputs')!.dependencies).toMatchObject([
        given({ kind: 'same' }, runWithout),
        given({ kind: 'parent' }, runWithout),
        given({ kind: 'children' }),
        given({ kind: 'previous', count: 3 }),
        given({ kind: 'previous', durationUs: 3_600_000_000 }),
        { algorithm: 'ranged@^1.0', relation: { kind: 'same' }, ...runWithout },
        given({ kind: 'members' }),
      ]);
      expect(of('refuses')).toMatchObject({
        timeout: 30_000,
        scheduleToClose: 120_000,
        retry: {
          attempts: 3,
          backoff: 100,
          backoffFactor: 2,
          maxBackoff: 1_000,
          jitter: 0,
          nonRetryable: ['TIMEOUT'],
        },
      });
      expect(of('emits')).toMatchObject({ emits: ['found@1'], result: { type: 'none' } });
      expect(of('small')).toMatchObject({ maxResultBytes: 100 });
      expect(of('echo-avro')).toMatchObject({ result: { avro: { type: 'record', name: 'Level' } } });
      expect(of('reads-avro')!.dependencies).toMatchObject([{ reads: { avro: { name: 'Level' } } }]);
      expect(of('echo-struct')).toMatchObject({
        result: { type: 'struct', fields: { level: { type: 'double', unit: 'bar' }, maybe: { optional: true } } },
      });
    });

    it('registers its schemas, and says how they may change', async () => {
      expect(await hub.registry.registered('results')).toMatchObject({ compatibility: 'BACKWARD_TRANSITIVE' });
      expect(await hub.registry.registered('heartbeats')).toMatchObject({ compatibility: 'BACKWARD_TRANSITIVE' });
    });

    it('logs the warnings of the hub', () => {
      expect(first.output).toContain('a warning of the hub');
    });

    it('logs lines of JSON, each with its time, its level and who says it', () => {
      const lines = first.stdout.split('\n').filter(Boolean);
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) {
        const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
        expect(new Date(String(time)).toISOString().slice(0, 19)).toBe(String(time).slice(0, 19));
        expect(['debug', 'info', 'warn', 'error']).toContain(level);
        expect(msg).toMatch(/./);
        expect(fields).toMatchObject({ processor: 'conformance', instance: expect.stringMatching(/./) });
      }
    });

    it('tells that it lives and is ready', async () => {
      const answer = async (path: string) => fetch(`http://127.0.0.1:${first.healthPort}${path}`);
      const [health, ready] = [await answer('/healthz'), await answer('/readyz')];
      expect([health.status, ready.status]).toEqual([200, 200]);
      expect(await ready.json()).toEqual({ ok: true, state: 'running' });
    });
  });

  describe.each(files)('$theme', ({ tasks }) => {
    it.each(tasks)(
      '$name',
      async ({ name: wanted, expect: expected, headers = {} }) => {
        const { task } = cases.find((one) => one.name === wanted)!;
        const answer = await hub.answerTo(task!);
        expectShape(task!, answer);
        expectItems(answer, expected);
        const { traceparent, tracestate } = answer.headers;
        expect({ traceparent, tracestate }).toEqual({
          traceparent: headers['traceparent'],
          tracestate: headers['tracestate'],
        });
        expect(answer.schemaId).toBe(resultSchemaId);
      },
      DEADLINE_MS,
    );
  });

  describe('while it works', () => {
    it(
      'keeps the order of each source, and runs sources beside each other',
      async () => {
        const tasks = await send(
          ...Array.from({ length: 200 }, (_, i) => ({
            ...load(`unit-${i % 10}`, i),
            homePartition: (i % 10) % PARTITIONS,
          })),
        );
        for (const [i, task] of tasks.entries()) {
          const answer = await hub.answerTo(task);
          expectShape(task, answer);
          expect(fromValue(answer.record.items[0]!.result!)).toBe(i);
        }
        for (let unit = 0; unit < 10; unit++) {
          const own = tasks
            .filter(({ pane }) => pane.key === `unit-${unit}`)
            .map(({ taskId }) => hub.of(taskId)[0]!.record.items[0]!);
          for (const [i, item] of own.slice(1).entries())
            expect(item.startedAtUs).toBeGreaterThanOrEqual(own[i]!.endedAtUs);
          const partition = unit % PARTITIONS;
          const order = hub.answers.filter(({ key, partition: at }) => key === `unit-${unit}` && at === partition);
          expect(
            order.map(({ record }) => record.taskId).filter((id) => tasks.some(({ taskId }) => taskId === id)),
          ).toEqual(tasks.filter(({ pane }) => pane.key === `unit-${unit}`).map(({ taskId }) => taskId));
        }
      },
      DEADLINE_MS,
    );

    it(
      'answers a task that comes twice twice alike, and an old attempt as that attempt',
      async () => {
        const executionId = newId();
        const attempt = (number: number) => taskOf({ run: ['window'], executions: [{ executionId, attempt: number }] });
        const [newer, older] = [attempt(2), attempt(1)];
        await hub.send([newer, older, newer]);
        const answers = await eventually(() => (hub.of(newer.taskId).length === 2 ? hub.of(newer.taskId) : undefined), {
          deadlineMs: 30_000,
        });
        expect(answers[0]!.record.items[0]!.result).toEqual(answers[1]!.record.items[0]!.result);
        expect((await hub.answerTo(older)).record.items[0]!.attempt).toBe(1);
      },
      DEADLINE_MS,
    );

    it(
      'cancels what runs, what waits, and what has not come; of a chain only what is concerned',
      async () => {
        const [run, wait, chain] = await send(sleeps('unit-c'), load('unit-c', 1), {
          run: ['sleeps', 'load', 'load'],
          window: { key: 'unit-d', metadata: { sleepMs: 1_500, load: 4 } },
        });
        const later = taskOf(load('unit-e', 1));
        await hub.begun(run!);
        await hub.begun(chain!);
        await hub.cancelRaw(Buffer.from('no control record'));
        await hub.cancel(later.taskId, [], 'another');
        await hub.cancel(later.taskId);
        await hub.cancel(wait!.taskId);
        await hub.cancel(chain!.taskId, [chain!.executions[1]!.executionId]);
        await hub.cancel(run!.taskId);
        const cancelled = { error: { code: 'CANCELLED', class: 'Cancelled', retryable: false, message: 'withdrawn' } };
        expectItems(await hub.answerTo(run!), [cancelled]);
        expectItems(await hub.answerTo(wait!), [cancelled]);
        expectItems(await hub.answerTo(chain!), [{ result: { type: 'string', value: 'slept' } }, cancelled]);
        await hub.send([later]);
        expectItems(await hub.answerTo(later), [cancelled]);
      },
      DEADLINE_MS,
    );

    it(
      'fetches giant results that travel by reference, once they are stored, and only for whom they are',
      async () => {
        const items = Float64Array.from({ length: 500_000 }, (_, i) => (i % 7 === 0 ? Number.NaN : -i / 3));
        const [giant, text, later] = ['giant', 'text', 'later'].map((name) => `/v1/results/${name}/value?window=w`);
        hub.keep(giant!, 404, 503, encodeValue(toValue(items)));
        hub.keep(text!, encodeValue(toValue('x'.repeat(3_000_000))));
        hub.keep('/v1/results/other/value?window=w', 409);
        const byReference = (reference: string, more = {}) => ({ result: null, reference, ...more });
        const [echoed, listed, never, refused, cancelled] = await send(
          { run: ['load', 'echo-array'], inputs: [byReference(giant!)] },
          {
            run: ['inputs'],
            inputs: [
              { result: { type: 'string', value: 'here' }, relation: 'PARENT' },
              byReference(text!, { relation: 'CHILDREN', windowId: newId() }),
              byReference(later!, { algorithm: 'other@1' }),
            ],
          },
          { run: ['echo-double'], inputs: [byReference(later!)], executions: [{ timeoutMs: 1_500 }] },
          {
            run: ['echo-double'],
            inputs: [byReference('/v1/results/other/value?window=w')],
            window: { key: 'unit-k' },
          },
          { run: ['echo-double'], inputs: [byReference(later!)], window: { key: 'unit-l' } },
        );
        await eventually(() => hub.fetches.filter(({ path }) => path === later).length > 1);
        await hub.cancel(cancelled!.taskId);
        const [loaded, array] = (await hub.answerTo(echoed!)).record.items;
        expect(fromValue(loaded!.result!)).toBe(0);
        expect(Buffer.compare(encodeValue(array!.result!), encodeValue(toValue(items)))).toBe(0);
        const seen = fromValue((await hub.answerTo(listed!)).record.items[0]!.result!) as string[];
        expect(seen[1]).toBe('parent:here');
        expect(seen[2]).toHaveLength('child:='.length + 32 + 3_000_000);
        const unavailable = { code: 'INPUT_UNAVAILABLE', class: 'InputUnavailable', retryable: true };
        expectItems(await hub.answerTo(never!), [{ error: { ...unavailable, message: later! } }]);
        expectItems(await hub.answerTo(refused!), [{ error: { ...unavailable, message: '409' } }]);
        expectItems(await hub.answerTo(cancelled!), [{ error: { code: 'CANCELLED' } }]);
        expect(hub.fetches[0]!.headers).toMatchObject({ authorization: `Bearer ${TOKEN}` });
        expect(hub.fetches.filter(({ path }) => path.includes('/other/'))).toHaveLength(1);
      },
      DEADLINE_MS,
    );

    it(
      'tells at most once a second that long work is alive',
      async () => {
        const [task] = await send(sleeps('unit-f', 1_300));
        const answer = await hub.answerTo(task!);
        const notes = hub.of(task!.taskId, 'PROGRESS');
        const tookMs = (answer.record.items[0]!.endedAtUs - answer.record.items[0]!.startedAtUs) / 1_000;
        expect(notes.length).toBeGreaterThanOrEqual(2);
        expect(notes.length).toBeLessThanOrEqual(Math.floor(tookMs / 1_000) + 1);
        for (const note of notes) {
          expectShape(task!, note);
          expect(note.record.items).toMatchObject([{ result: null, error: null, emissions: [] }]);
        }
      },
      DEADLINE_MS,
    );

    it(
      'stays in its group and goes on through a busy loop longer than its session, and takes in no more than it may hold',
      async () => {
        const before = await hub.members();
        const [busy, holder] = await send(
          { run: ['busy'], window: { key: 'unit-g', metadata: { busyMs: LONGER_THAN_SESSION_MS } } },
          sleeps('unit-h'),
        );
        await hub.begun(holder!);
        const behind = await send(...Array.from({ length: 1_200 }, (_, i) => load('unit-h', i)));
        const [quick] = await send(load('unit-i', 9));
        expectItems(await hub.answerTo(quick!), [{ result: { type: 'double', value: 9 } }]);
        expect(hub.of(behind[0]!.taskId)).toEqual([]);
        await hub.cancel(holder!.taskId);
        for (const [i, task] of behind.entries())
          expect(fromValue((await hub.answerTo(task, 60_000)).record.items[0]!.result!)).toBe(i);
        expectItems(await hub.answerTo(busy!), [{ result: { type: 'string', value: 'busy' } }]);
        expect(await hub.members()).toEqual(before);
        for (const { taskId } of [busy!, holder!, ...behind]) expect(hub.of(taskId)).toHaveLength(1);
      },
      DEADLINE_MS,
    );

    it(
      'answers what it cannot read from its headers, dead-letters what it cannot answer, and goes on',
      async () => {
        const headers = {
          [headerNames.id]: 'bad-task',
          [headerNames.homePartition]: '2',
          [headerNames.attempt]: 'e1:4,e2:1',
          traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        };
        const unknownSchema = { ...headers, [headerNames.id]: 'unknown-schema' };
        const at = { key: 'unit-j', partition: 1 };
        await hub.sendRaw({ ...at, value: Buffer.from([0, 0, 0, 0, 1, 7, 7]), headers });
        await hub.sendRaw({ ...at, value: Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 0]), headers: unknownSchema });
        await hub.sendRaw({ ...at, value: Buffer.from('not avro'), headers: { other: 'kept' } });
        await hub.sendRaw({ ...at, value: null });
        for (const taskId of ['bad-task', 'unknown-schema']) {
          const { record, partition, headers: own } = await hub.answerTo({ taskId });
          expect(partition).toBe(2);
          expect(record.items.map(({ executionId, attempt }) => `${executionId}:${attempt}`)).toEqual(['e1:4', 'e2:1']);
          expect(record.items[0]!.error).toMatchObject({ code: 'BAD_TASK', class: 'UnreadableTask', retryable: false });
          expect(own).toMatchObject({ traceparent: headers.traceparent });
        }
        const letters = await eventually(() => (hub.deadLetters.length === 2 ? hub.deadLetters : undefined));
        for (const { partition, key, headers: own } of letters) {
          expect({ partition, key }).toEqual({ partition: partitionOf(slotOf('unit-j'), PARTITIONS), key: 'unit-j' });
          expect(own).toMatchObject({
            [errorHeaderNames.code]: 'BAD_TASK',
            [errorHeaderNames.topic]: hub.windowTopic,
            [errorHeaderNames.partition]: '1',
            [errorHeaderNames.stage]: 'conformance',
          });
          expect(own[errorHeaderNames.offset]).toMatch(/^\d+$/);
          expect(new Date(own[errorHeaderNames.time]!).getTime()).toBeGreaterThan(0);
        }
        expect(letters.map(({ value }) => value?.toString() ?? null).sort()).toEqual(['not avro', null].sort());
        expect(letters.find(({ value }) => value)!.headers['other']).toBe('kept');
        const [next] = await send(load('unit-j', 1));
        expectItems(await hub.answerTo(next!), [{ result: { type: 'double', value: 1 } }]);
      },
      DEADLINE_MS,
    );

    it(
      'answers what nests deeper than a value may, given or returned, and lives',
      async () => {
        const unreadable = { code: 'BAD_TASK', class: 'UnreadableTask', retryable: false, message: 'resultDepth' };
        for (const levels of [34, 400, 200_000]) {
          const task = taskOf({ run: ['echo-list'], inputs: [{ result: { type: 'list', value: [] } }] });
          await hub.sendNested(task, levels);
          const { error } = (await hub.answerTo(task)).record.items[0]!;
          const { message, ...exact } = unreadable;
          expect({ levels, ...error }).toMatchObject({ levels, ...exact });
          if (levels === 34) expect(error!.message).toContain(message);
        }
        const deepest = taskOf({ run: ['echo-list'], inputs: [{ result: { type: 'list', value: [] } }] });
        await hub.sendNested(deepest, 33);
        expect((await hub.answerTo(deepest)).record.items).toMatchObject([{ error: null }]);
        const reference = '/v1/results/deep/value?window=w';
        hub.keep(reference, nestedLists(200_000));
        const [fetched] = await send({
          run: ['echo-list'],
          inputs: [{ result: null, reference }],
          executions: [{ timeoutMs: 1_000 }],
        });
        expectItems(await hub.answerTo(fetched!), [{ error: { code: 'INPUT_UNAVAILABLE' } }]);
        const levels = (run: string, many: number) => ({ run: [run], window: { metadata: { levels: many } } });
        const [fits, nodes, ...deep] = await send(
          levels('deep', 32),
          levels('deep-avro', 3),
          ...[34, 400, 200_000].flatMap((many) => [levels('deep', many), levels('deep-avro', many)]),
        );
        expect((await hub.answerTo(fits!)).record.items).toMatchObject([{ error: null }]);
        const next = (inner: object) => ({ type: 'struct', value: [{ name: 'next', value: inner }] });
        expectItems(await hub.answerTo(nodes!), [{ result: next(next(next({ type: 'null' }))) }]);
        for (const task of deep)
          expectItems(await hub.answerTo(task), [
            { error: { code: 'BAD_RESULT', retryable: false, message: 'resultDepth' } },
          ]);
      },
      DEADLINE_MS,
    );

    it(
      'dead-letters what it cannot answer because its home partition does not exist, and goes on',
      async () => {
        const [nowhere, next] = await send({ ...load('unit-q', 1), homePartition: PARTITIONS }, load('unit-q', 2));
        expectItems(await hub.answerTo(next!, 60_000), [{ result: { type: 'double', value: 2 } }]);
        const letter = await eventually(() => hub.deadLetters.find(({ key }) => key === 'unit-q'), {
          deadlineMs: 60_000,
        });
        expect(letter.headers).toMatchObject({
          [headerNames.id]: nowhere!.taskId,
          [headerNames.homePartition]: String(PARTITIONS),
          [errorHeaderNames.code]: 'BAD_TASK',
          [errorHeaderNames.topic]: hub.windowTopic,
          [errorHeaderNames.stage]: 'conformance',
        });
        expect(letter.headers[errorHeaderNames.message]).toContain(`no partition ${PARTITIONS}`);
        expect(hub.of(nowhere!.taskId)).toEqual([]);
      },
      DEADLINE_MS,
    );

    it(
      'commits what is answered, and claims what it holds',
      async () => {
        await eventually(() => hub.caughtUp(), { describe: async () => hub.committed() });
        const { instance } = hub.answers.at(-1)!.record;
        for (const { metadata } of (await hub.committed()).filter(({ offset }) => offset !== '-1'))
          expect(JSON.parse(metadata!)).toEqual({
            holder: expect.stringMatching(new RegExp(`^${instance}(#[0-9a-f]{8})?$`)),
            ...{ deaths: 0, alone: false },
          });
      },
      DEADLINE_MS,
    );

    it(
      'tells every 5 s that it lives',
      async () => {
        const beats = await eventually(() => (hub.heartbeats.length >= 2 ? hub.heartbeats : undefined));
        const { record, key, headers, schemaId } = beats.at(-1)!;
        const { instance } = hub.answers.at(-1)!.record;
        expect(key).toBe('conformance');
        expect(record).toMatchObject({ processor: 'conformance', processorVersion: '7', instance, state: 'RUNNING' });
        expect(record.algorithms).toEqual(expect.arrayContaining(['load@1', 'inputs@1', 'echo-avro@1']));
        expect(record.sdk).toMatch(/^[a-z]+ \d/);
        expect(record.atUs - beats[0]!.record.startedAtUs).toBeGreaterThan(0);
        expect(headers).toMatchObject({ ce_type: 'io.windlass.heartbeats.v1', 'content-type': 'application/avro' });
        expect(schemaId).toBe((await hub.registry.registered('heartbeats')).id);
      },
      DEADLINE_MS,
    );
  });

  describe('when processes come and go', () => {
    it(
      'shares its work with a second instance, which takes over what the first had when it is killed',
      async () => {
        const second = await running();
        await eventually(async () => (await hub.members()).length === 2, { deadlineMs: 30_000 });
        const keys = Array.from({ length: 8 }, (_, i) => `unit-${i}`);
        const held = await send(...keys.map((key) => sleeps(key, 1_000)));
        const rest = await send(...keys.map((key, i) => load(key, i)));
        await hub.begun(held[0]!);
        first.signal('SIGKILL');
        expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });
        for (const [i, task] of rest.entries()) {
          expectItems(await hub.answerTo(held[i]!, 60_000), [{ result: { type: 'string', value: 'slept' } }]);
          expectItems(await hub.answerTo(task, 60_000), [{ result: { type: 'double', value: i } }]);
        }
        await eventually(() => hub.caughtUp(), { deadlineMs: 30_000, describe: async () => hub.committed() });
        first = second;
      },
      DEADLINE_MS,
    );

    it(
      'finishes what runs on SIGTERM, hands the rest back, leaves its group, and exits with 0',
      async () => {
        const [run, wait] = await send(sleeps('unit-k', 2_500), load('unit-k', 8));
        await hub.begun(run!);
        first.signal('SIGTERM');
        await eventually(async () => {
          const ready = await fetch(`http://127.0.0.1:${first.healthPort}/readyz`);
          return ready.status === 503 && (await ready.json());
        }).then((told) => expect(told).toEqual({ ok: false, state: 'draining' }));
        expect(await first.exited).toEqual({ code: 0, signal: null });
        expectItems(await hub.answerTo(run!), [{ result: { type: 'string', value: 'slept' } }]);
        expect(hub.of(wait!.taskId)).toEqual([]);
        expect(await hub.members()).toEqual([]);
        const partition = partitionOf(slotOf('unit-k'), PARTITIONS);
        const handedBack = (await hub.committed()).find((one) => one.partition === partition);
        expect(JSON.parse(handedBack!.metadata!)).toEqual({ holder: '', deaths: 0, alone: false });
        const { instance } = hub.of(run!.taskId)[0]!.record;
        const states = () =>
          hub.heartbeats.filter(({ record }) => record.instance === instance).map(({ record }) => record.state);
        await eventually(() => states().at(-1) === 'STOPPED', { describe: states });
        expect(states()).toContain('DRAINING');
      },
      DEADLINE_MS,
    );

    it(
      'finds a task that kills it, answers it after three deaths, and loses no other',
      async () => {
        const innocent = (i: number) => load(`unit-${i}`, i);
        const [poison, ...others] = await send(
          { run: ['kills'], window: { key: 'unit-p' } },
          ...[0, 1, 2, 3, 4, 5].map(innocent),
        );
        let deaths = 0;
        for (;;) {
          const one = start();
          const answered = eventually(() => hub.of(poison!.taskId)[0], { deadlineMs: 60_000 }).then(() => undefined);
          const end = await Promise.race([one.exited, answered]);
          answered.catch(() => {});
          if (!end) break;
          expect({ ...end, deaths, output: one.output }).toMatchObject({ signal: 'SIGKILL' });
          expect(++deaths).toBeLessThanOrEqual(3);
        }
        expect(deaths).toBe(3);
        expectShape(poison!, await hub.answerTo(poison!));
        expectItems(await hub.answerTo(poison!), [
          { error: { code: 'POISONED', class: 'PoisonedTask', retryable: false } },
        ]);
        for (const task of others) expect(await codesOf(task)).toEqual(['succeeded']);
        await eventually(() => hub.caughtUp(), { deadlineMs: 30_000, describe: async () => hub.committed() });
      },
      2 * DEADLINE_MS,
    );
  });
}
