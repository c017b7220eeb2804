import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { previousKey, type PreviousRelation } from './model.ts';

/** The texts that SDKs look for: one list for both sides. */
const file = new URL('../../../../sdks/conformance/golden/previous.json', import.meta.url);
const { texts } = JSON.parse(readFileSync(file, 'utf8')) as { texts: { previous: PreviousRelation; text: string }[] };

it.each(texts)('a previous dependency is named $text', ({ previous, text }) => {
  expect(previousKey(previous)).toBe(text);
});
