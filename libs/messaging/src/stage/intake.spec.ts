import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HubTopicMap } from '../hub-topics.ts';
import type { StageContext } from './context.ts';
import { takeIn } from './intake.ts';
import { StageRecord } from './stage-record.ts';

const topics = new HubTopicMap({ prefix: 't', partitions: 8, teams: ['default'] });
const context = { name: 'reading', topics, handler: {} } as unknown as StageContext;

const bytes = fc.option(fc.uint8Array().map((all) => Buffer.from(all)));

describe('what a stage takes in', () => {
  it('of a topic that keeps what could not be used is handed on as it lies there, and never refused again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('dlq', 'late', 'overflow'), bytes, bytes, async (family, key, value) => {
        const headers = { own: Buffer.from([0xff]) };
        const message = { key, value, headers, offset: '4', timestamp: '1', attributes: 0 };
        const record = new StageRecord({ family, topic: `t.${family}.v1`, partition: 1 }, message);
        const intake = await takeIn(context, [record], 0);
        expect(intake).toMatchObject({ deadLetters: [], forwarded: [], diverted: [], passedOver: 0 });
        expect(intake.inputs.map((input) => input.value)).toEqual([{ offset: 4n, key, value, headers }]);
      }),
    );
  });
});
