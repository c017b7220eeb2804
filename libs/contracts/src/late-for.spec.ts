import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lateForText, parseLateFor } from './late-for.ts';

const us = fc.integer({ min: -(2 ** 52), max: 2 ** 52 });
const types = fc.array(
  fc.record({ windowType: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}@[1-9]\d{0,3}$/), finalUpToUs: us }),
);

it('what an element was late for comes back from its header as it was', () => {
  fc.assert(fc.property(types, (all) => expect(parseLateFor(lateForText(all))).toEqual(all)));
});

it('a header that says nothing of the kind says nothing', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseLateFor(text)));
  expect(parseLateFor('cycle@1,cycle@1:x,cycle@1:99999999999999999')).toEqual([]);
});
