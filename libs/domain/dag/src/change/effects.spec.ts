import { describe, expect, it } from '@jest/globals';
import { after, algorithm, cycle, define, defined, life, processor, register } from '../registry.fixture.ts';
import { effectsOf } from './effects.ts';

const base = after(register(processor([algorithm('level')]), defined([life, cycle])));
const blue = ['a', 'b', 'c', 'd'].map((name) => algorithm(name, { dependencies: [{ algorithm: 'level@1' }] }));
const state = after(register(processor(blue, { name: 'readers', team: 'blue' }), base), base);

const effects = (outcome: ReturnType<typeof register>) => {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return effectsOf(outcome.revision, outcome.changes).map(({ message }) => message);
};

describe('effects on other teams', () => {
  it('are named where a result or a window type changes, and none of the own team', () => {
    expect(effects(register(processor([algorithm('level', { result: 'long' })]), state))).toEqual([
      "blue's a@1, b@1, c@1 and 1 more will read a new type of level@1",
    ]);
    expect(effects(register(processor([algorithm('level', { timeout: '5s' })]), state))).toEqual([
      "blue's a@1, b@1, c@1 and 1 more will read results of a changed level@1",
    ]);
    const wider = { ...cycle, open: { fixed: { size: '9s' } }, policy: { allowedLateness: '1m' } };
    expect(effects(define({ windowTypes: [wider] }, state))).toEqual([
      "blue's a@1, b@1, c@1 and 1 more will run on windows of a changed cycle@1",
      "blue's a@1, b@1, c@1 and 1 more will run by a new policy of cycle@1",
    ]);
    expect(effects(register(processor([algorithm('other')]), state))).toEqual([]);
  });
});
