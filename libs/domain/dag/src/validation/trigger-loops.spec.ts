import { describe, expect, it } from '@jest/globals';
import {
  after,
  algorithm,
  cycle,
  defined,
  life,
  problemsOf,
  processor,
  refusal,
  register,
} from '../registry.fixture.ts';

const expecting = { processors: [{ name: 'health', algorithms: ['a@1'] }] };
const opened = (once: 'parent' | 'never', parent = 'life@1') => ({
  name: 'opened',
  version: 1,
  parent,
  open: { outcome: { algorithm: 'a@1', when: 'result > 1.0', once } },
});
const emitted = { name: 'emitted', version: 1, parent: 'life@1', open: { emission: {} } };

const loopsIn = (types: Parameters<typeof defined>[0], ...algorithms: Parameters<typeof processor>[0]) =>
  problemsOf(register(processor(algorithms), defined(types, expecting)))
    .filter(({ code }) => code === 'TRIGGER_LOOP')
    .map(({ mend }) => mend);

describe('loops of triggers', () => {
  it('refuses an algorithm whose emitted windows lead back to it', () => {
    const state = defined([life, cycle, emitted]);
    const problems = refusal([algorithm('seeker', { windows: ['cycle@1', 'emitted@1'], emits: ['emitted@1'] })], state);
    expect(problems).toMatchObject([
      {
        code: 'TRIGGER_LOOP',
        path: 'windowTypes[emitted@1].open',
        chain: ['emitted@1', 'seeker@1 on emitted@1', 'emitted@1'],
      },
    ]);
  });

  it('refuses an emission loop with nothing outside that starts it', () => {
    const problems = refusal(
      [algorithm('a', { windows: ['emitted@1'], emits: ['emitted@1'] })],
      defined([life, emitted]),
    );
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['TRIGGER_LOOP', 'STARVED']));
  });

  it('accepts windows opened once per parent by what runs in them, and refuses them without that bound', () => {
    const a = algorithm('a', { windows: ['cycle@1', 'opened@1'] });
    expect(refusal([a], defined([life, cycle, opened('parent')], expecting))).toEqual([]);
    expect(refusal([a], defined([life, cycle, opened('never')], expecting))).toMatchObject([{ code: 'TRIGGER_LOOP' }]);
    const inner = (name: string, parent: string) => ({ ...opened('parent', parent), name });
    const nested = [life, inner('o1', 'life@1'), inner('o2', 'o1@1'), inner('o3', 'o2@1')];
    const everywhere = algorithm('a', { windows: ['life@1', 'o1@1', 'o2@1', 'o3@1'] });
    expect(refusal([everywhere], defined(nested, expecting))).toEqual([]);
    const endless = [...nested.slice(0, 2), { ...nested[2]!, open: opened('never').open }, nested[3]!];
    expect(refusal([everywhere], defined(endless, expecting))).toMatchObject([
      { code: 'TRIGGER_LOOP', chain: expect.arrayContaining(['o2@1', 'a@1 on o2@1']) },
    ]);
  });
});

describe('a loop of triggers is mended by what its mend says', () => {
  it('where an outcome opens windows again and again: once per parent', () => {
    const a = algorithm('a', { windows: ['cycle@1', 'opened@1'] });
    expect(loopsIn([life, cycle, opened('never')], a)).toEqual([
      expect.stringContaining('opened@1 per parent (`once: parent`)'),
    ]);
    expect(loopsIn([life, cycle, opened('parent')], a)).toEqual([]);
  });

  it('where its parents are opened by the loop too: in others', () => {
    const a = algorithm('a', { windows: ['cycle@1', 'emitted@1', 'opened@1'], emits: ['emitted@1'] });
    expect(loopsIn([life, cycle, emitted, opened('parent', 'emitted@1')], a)).toEqual([
      expect.stringContaining(
        'let opened@1 lie in windows that the loop does not open (emitted@1 is one that it does)',
      ),
    ]);
  });

  it('where results emit windows, which nothing bounds: without the emission, or without the binding', () => {
    const a = algorithm('a', { windows: ['cycle@1', 'emitted@1'], emits: ['emitted@1'] });
    expect(loopsIn([life, cycle, emitted], a)).toEqual([
      'nothing bounds emissions: take emitted@1 out of what a@1 emits, or emitted@1 out of the windows that it runs on',
    ]);
    expect(loopsIn([life, cycle, emitted], { ...a, emits: [] })).toEqual([]);
    expect(loopsIn([life, cycle, emitted], { ...a, windows: ['cycle@1'] })).toEqual([]);
    const state = after(
      register(processor([{ ...a, windows: ['cycle@1'] }]), defined([life, cycle, emitted], expecting)),
    );
    expect(state.revision.algorithms).toHaveLength(1);
  });
});
