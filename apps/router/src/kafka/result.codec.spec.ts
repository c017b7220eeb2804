import { describe, expect, it } from '@jest/globals';
import type { ResultEmission, ResultRecord } from '@windlass/contracts';
import { resultInput } from './result.codec.ts';

const emission: ResultEmission = {
  windowType: 'peak@1',
  key: 'pump 7',
  startUs: 0,
  endUs: 1,
  emissionKey: null,
  metadata: { height: 2 },
};
const record = (emissions: readonly ResultEmission[]): ResultRecord => ({
  taskId: 't',
  kind: 'RESULT',
  items: [
    {
      executionId: 'e',
      attempt: 1,
      result: { value: { double: 1 } },
      error: null,
      emissions,
      startedAtUs: 0,
      endedAtUs: 1,
      cpuMs: null,
    },
  ],
  processorVersion: '1',
  processor: 'p',
  instance: 'i',
});
const answer = (one: Partial<ResultEmission>) => {
  const input = resultInput(record([{ ...emission, ...one }]));
  return input.kind === 'result' ? input.result.answers[0]! : undefined;
};

describe('an answer', () => {
  it('keeps its result and the windows it asks for', () => {
    expect(answer({})).toMatchObject({ result: 1, error: null, emissions: [{ windowType: 'peak@1' }] });
  });

  it.each([
    ['a key that is no source name', { key: ' pump' }, /peak@1 for a key/],
    ['a key that is too long', { key: 'a'.repeat(101) }, /1 to 100 characters/],
    ['an empty emission key', { emissionKey: '' }, /emissionKey/],
    ['an emission key that is too long', { emissionKey: 'a'.repeat(201) }, /1 to 200 characters/],
    ['too much metadata', { metadata: { text: 'a'.repeat(16 * 1024) } }, /limit metadataBytes is 16384/],
  ])('with %s fails for good, and asks for nothing', (_, one, message) => {
    expect(answer(one)).toMatchObject({
      result: null,
      emissions: [],
      error: { code: 'BAD_RESULT', message: expect.stringMatching(message), retryable: false },
    });
  });
});
