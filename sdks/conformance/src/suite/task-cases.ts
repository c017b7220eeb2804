/** The tasks of tasks/*.json, and what their answers must be. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Task } from '@windlass/contracts';
import { expectItems, expectShape } from '../expectations.ts';
import { PARTITIONS } from '../hub.ts';
import { taskFiles, taskOf } from '../task-file.ts';
import { DEADLINE_MS, type SdkUnderTest } from './sdk-under-test.ts';

/** They are sent at once, before the first test of the suite. */
export function answersTaskCases(sdk: SdkUnderTest): void {
  const files = taskFiles();
  const cases = files.flatMap(({ tasks }) => tasks.map((one) => ({ ...one, task: undefined as Task | undefined })));
  let resultSchemaId: number;

  beforeAll(async () => {
    resultSchemaId = (await sdk.hub.registry.registered('results')).id;
    for (const one of cases) {
      one.task = taskOf({ ...one, homePartition: cases.indexOf(one) % PARTITIONS });
      await sdk.hub.send([one.task], one.headers);
    }
  }, DEADLINE_MS);

  describe.each(files)('$theme', ({ tasks }) => {
    it.each(tasks)(
      '$name',
      async ({ name: wanted, expect: expected, headers = {} }) => {
        const { task } = cases.find((one) => one.name === wanted)!;
        const answer = await sdk.hub.answerTo(task!);
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
}
