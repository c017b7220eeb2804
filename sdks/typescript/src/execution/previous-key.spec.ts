import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import type { PreviousRelation } from '../definition/dependency.ts';
import { previousKey } from './previous-key.ts';

const file = new URL('../../../conformance/golden/previous.json', import.meta.url);
const { texts } = JSON.parse(readFileSync(file, 'utf8')) as { texts: { previous: object; text: string }[] };

it.each(texts)('a previous dependency is named $text', ({ previous, text }) => {
  expect(previousKey({ kind: 'previous', ...previous } as PreviousRelation)).toBe(text);
});
