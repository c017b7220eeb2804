import { expect } from '@jest/globals';
import {
  avroContentType,
  cloudEventType,
  encodeValue,
  headerNames,
  recordToJson,
  toValue,
  valueFromJson,
  type ResultItem,
  type ResultRecord,
  type Task,
  type Value,
} from '@windlass/contracts';
import type { Taken } from './hub.ts';
import { PROCESSOR } from './hub.ts';
import type { ExpectedItem } from './task-file.ts';

const bytesOf = (value: Value): string => encodeValue(value).toString('hex');

/** What every answer has, whatever it says. */
export function expectShape(task: Task, { record, partition, key, headers }: Taken<ResultRecord>): void {
  expect({ partition, key }).toEqual({ partition: task.homePartition, key: task.pane.key });
  expect(record).toMatchObject({ taskId: task.taskId, processor: PROCESSOR, processorVersion: '7' });
  expect(record.instance).not.toBe('');
  expect(headers).toMatchObject({
    [headerNames.id]: task.taskId,
    [headerNames.attempt]: task.executions.map(({ executionId, attempt }) => `${executionId}:${attempt}`).join(','),
    [headerNames.cloudEventSpecVersion]: '1.0',
    [headerNames.cloudEventType]: cloudEventType('results'),
    [headerNames.cloudEventSource]: `/processors/${PROCESSOR}/${record.instance}`,
    [headerNames.contentType]: avroContentType,
  });
  expect(headers[headerNames.cloudEventId]).toMatch(/.{8}/);
  expect(new Date(headers[headerNames.cloudEventTime]!).getTime()).toBeGreaterThan(0);
  for (const [place, item] of record.items.entries()) {
    const { executionId, attempt } = task.executions[place]!;
    expect(item).toMatchObject({ executionId, attempt });
    expect(item.startedAtUs).toBeGreaterThan(1_500_000_000_000_000);
    expect(item.endedAtUs).toBeGreaterThanOrEqual(item.startedAtUs);
    if (item.cpuMs !== null) expect(item.cpuMs).toBeGreaterThanOrEqual(0);
  }
}

/** The items, byte for byte where the protocol defines them. */
export function expectItems(answer: Taken<ResultRecord>, expected: readonly ExpectedItem[]): void {
  const { items } = recordToJson('results', answer.record) as { items: { emissions: unknown[] }[] };
  const errors = answer.record.items.map(
    ({ error }) => error && `${error.code} ${error.class}: ${error.message.slice(0, 200)}`,
  );
  expect({ items: answer.record.items.length, errors }).toMatchObject({ items: expected.length });
  for (const [place, want] of expected.entries()) {
    expectItem(answer.record.items[place]!, want);
    expect(items[place]!.emissions).toEqual(want.emissions ?? []);
  }
}

function expectItem({ result, error }: ResultItem, want: ExpectedItem): void {
  if (want.error) {
    expect(result).toBeNull();
    const { message = '', stack, length, ...exact } = want.error;
    expect(error).toMatchObject(exact);
    expect(error!.class).not.toBe('');
    expect(error!.message).toContain(message);
    if (length !== undefined) expect(error!.message).toHaveLength(length);
    if (stack !== undefined) expect(error!.stack).toContain(stack);
    return;
  }
  expect(error).toBeNull();
  expect(bytesOf(result!)).toBe(bytesOf(wanted(want)));
}

function wanted({ result, texts, letters }: ExpectedItem): Value {
  if (texts) return toValue(texts);
  if (letters !== undefined) return toValue('x'.repeat(letters));
  return valueFromJson(result);
}
