import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  encodeRecord,
  recordFromJson,
  schemaOf,
  subjectOf,
  taskOfFile,
  topicNames,
  type Task,
} from '@windlass/contracts';
import { createKafka, RegistryClient } from '@windlass/messaging';
import { makeTopics, namespaceOf, testStack } from '@windlass/testing';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const data = mkdtempSync(join(tmpdir(), 'windlass-task-'));
const prefix = namespaceOf('task save');
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const golden = JSON.parse(
  readFileSync(new URL('../../../../sdks/conformance/golden/windows.json', import.meta.url), 'utf8'),
) as { records: { name: string; value: object }[] };
const full = recordFromJson('windows', golden.records.find(({ name }) => name === 'everything')!.value);
const task = (taskId: string, attempt: number): Task => ({
  ...full,
  taskId,
  executions: full.executions.map((execution, at) => (at === 0 ? { ...execution, attempt } : execution)),
});
const [tried, again] = [task('first-try', 1), task('second-try', 2)];
const executionId = full.executions[0]!.executionId;

let env: Record<string, string>;
const run = promisify(execFile);
const save = (...args: string[]) =>
  run(
    process.execPath,
    ['--conditions=windlass-source', '--disable-warning=ExperimentalWarning', MAIN, 'task', 'save', ...args],
    { env: { ...process.env, ...env }, cwd: data },
  );

describe('windlass task save', () => {
  beforeAll(async () => {
    const { kafkaBrokers, schemaRegistryUrl } = await testStack();
    env = {
      WINDLASS_KAFKA_BROKERS: kafkaBrokers.join(','),
      WINDLASS_SCHEMA_REGISTRY_URL: schemaRegistryUrl,
      WINDLASS_PREFIX: prefix,
    };
    const kafka = createKafka({ brokers: kafkaBrokers, clientId: 'task-save' });
    const [admin, producer] = [kafka.admin(), kafka.producer()];
    await Promise.all([admin.connect(), producer.connect()]);
    const topics = ['health', 'idle'].map((name) => topicNames(prefix).windows(name));
    await makeTopics(
      admin,
      topics.map((topic) => ({ topic, numPartitions: 2 })),
    );
    const schema = { subject: subjectOf(prefix, 'windows'), schema: schemaOf('windows') };
    const id = await new RegistryClient(schemaRegistryUrl).register({ ...schema, compatibility: 'FULL_TRANSITIVE' });
    const message = (one: Task) => ({
      key: 'unit-07',
      partition: 1,
      value: encodeRecord('windows', id, one),
      headers: {
        'windlass-id': one.taskId,
        'windlass-attempt': one.executions.map((x) => `${x.executionId}:${x.attempt}`).join(','),
        traceparent,
      },
    });
    await producer.send({ topic: topics[0]!, messages: [tried, again].map(message) });
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  });
  afterAll(() => rmSync(data, { recursive: true }));

  it('writes the task with that id, as it was sent', async () => {
    await save('first-try');
    const { task: saved, origin } = taskOfFile(readFileSync(join(data, 'task-first-try.json'), 'utf8'));
    expect(saved).toEqual(tried);
    expect(origin).toEqual({ topic: topicNames(prefix).windows('health'), partition: 1, offset: '0', traceparent });
  });

  it('writes the last task that holds an execution', async () => {
    const { stdout } = await save(executionId, '--processor', 'health', '--since', '1h', '--out', 'x.json');
    expect(stdout).toContain('partition 1, offset 1');
    expect(taskOfFile(readFileSync(join(data, 'x.json'), 'utf8')).task).toEqual(again);
  });

  it.each([
    [['no-such-task'], /UNKNOWN_TASK/],
    [['first-try', '--processor', 'other'], /UNKNOWN_TOPIC/],
    [['../first-try'], /BAD_ID/],
  ])('says why it writes nothing: %j', async (args, reason) => {
    await expect(save(...args)).rejects.toThrow(reason);
  });
});
