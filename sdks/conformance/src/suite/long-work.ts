import { expect, it } from '@jest/globals';
import { fromValue } from '@windlass/contracts';
import { expectItems, expectShape } from '../expectations.ts';
import { load, sleeps } from '../task-file.ts';
import { DEADLINE_MS, SESSION_MS, type SdkUnderTest } from './sdk-under-test.ts';

const LONGER_THAN_SESSION_MS = SESSION_MS + 1_000;

export function survivesLongWork(sdk: SdkUnderTest): void {
  it(
    'tells at most once a second that long work is alive',
    async () => {
      const { hub } = sdk;
      const [task] = await sdk.send(sleeps('unit-f', 1_300));
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
      const { hub } = sdk;
      const before = await hub.members();
      const [busy, holder] = await sdk.send(
        { run: ['busy'], window: { key: 'unit-g', metadata: { busyMs: LONGER_THAN_SESSION_MS } } },
        sleeps('unit-h'),
      );
      await hub.begun(holder!);
      const behind = await sdk.send(...Array.from({ length: 1_200 }, (_, i) => load('unit-h', i)));
      const [quick] = await sdk.send(load('unit-i', 9));
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
}
