import { expect, it } from '@jest/globals';
import { encodeValue, fromValue, toValue } from '@windlass/contracts';
import { eventually } from '@windlass/testing';
import { expectItems } from '../expectations.ts';
import { TOKEN } from '../hub.ts';
import { newId } from '../task-file.ts';
import { DEADLINE_MS, type SdkUnderTest } from './sdk-under-test.ts';

export function fetchesByReference(sdk: SdkUnderTest): void {
  it(
    'fetches giant results that travel by reference, once they are stored, and only for whom they are',
    async () => {
      const { hub } = sdk;
      const items = Float64Array.from({ length: 500_000 }, (_, i) => (i % 7 === 0 ? Number.NaN : -i / 3));
      const [giant, text, later] = ['giant', 'text', 'later'].map((name) => `/v1/results/${name}/value?window=w`);
      hub.keep(giant!, 404, 503, encodeValue(toValue(items)));
      hub.keep(text!, encodeValue(toValue('x'.repeat(3_000_000))));
      hub.keep('/v1/results/other/value?window=w', 409);
      const byReference = (reference: string, more = {}) => ({ result: null, reference, ...more });
      const [echoed, listed, never, refused, cancelled] = await sdk.send(
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
}
