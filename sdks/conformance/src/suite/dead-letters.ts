import { expect, it } from '@jest/globals';
import { errorHeaderNames, headerNames, partitionOf, slotOf } from '@windlass/contracts';
import { eventually } from '@windlass/testing';
import { expectItems } from '../expectations.ts';
import { PARTITIONS } from '../hub.ts';
import { load } from '../task-file.ts';
import { DEADLINE_MS, type SdkUnderTest } from './sdk-under-test.ts';

export function deadLettersUnreadableTasks(sdk: SdkUnderTest): void {
  it(
    'answers what it cannot read from its headers, dead-letters what it cannot answer, and goes on',
    async () => {
      const { hub } = sdk;
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
      const [next] = await sdk.send(load('unit-j', 1));
      expectItems(await hub.answerTo(next!), [{ result: { type: 'double', value: 1 } }]);
    },
    DEADLINE_MS,
  );
}

export function deadLettersUnknownHomes(sdk: SdkUnderTest): void {
  it(
    'dead-letters what it cannot answer because its home partition does not exist, and goes on',
    async () => {
      const { hub } = sdk;
      const [nowhere, next] = await sdk.send({ ...load('unit-q', 1), homePartition: PARTITIONS }, load('unit-q', 2));
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
}
