import { describe, expect, it } from '@jest/globals';
import { after, algorithm, cycle, define, defined, life, processor, register } from '../registry.fixture.ts';
import { effectsOf } from './effects.ts';
import type { RegistryState } from './state.ts';

const base = after(register(processor([algorithm('level')]), defined([life, cycle])));
const blue = ['a', 'b', 'c', 'd'].map((name) => algorithm(name, { dependencies: [{ algorithm: 'level@1' }] }));
const state = after(register(processor(blue, { name: 'readers', team: 'blue' }), base), base);

const effects = (outcome: ReturnType<typeof register>, before: Pick<RegistryState, 'sources'> = state) => {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return effectsOf(before, outcome).map(({ message }) => message);
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

  it('are named of what is nested in a changed window type, once', () => {
    const within = after(define({ windowTypes: [{ ...cycle, name: 'slice', parent: 'cycle@1' }] }, state), state);
    const slices = algorithm('s', { windows: ['slice@1'] });
    const nested = after(register(processor([slices], { name: 'slices', team: 'blue' }), within), within);
    const longer = { ...life, open: { startStop: { signal: 'life', maxDuration: '2d' } } };
    expect(effects(define({ windowTypes: [longer] }, nested))).toEqual([
      "blue's a@1, b@1, c@1 and 2 more will run on windows within those of a changed life@1",
    ]);
  });

  it('are named of windows that a changed algorithm opens, and of what lies in those', () => {
    const opened = [
      {
        name: 'hot',
        version: 1,
        open: { outcome: { algorithm: 'level@1', when: 'true', until: '10s', once: 'never' } },
      },
      { ...cycle, name: 'part', parent: 'hot@1' },
      { name: 'found', version: 1, open: { emission: {} } },
    ];
    const defining = after(define({ windowTypes: opened }, base), base);
    const emitting = register(processor([algorithm('level', { emits: ['found@1'] })]), defining);
    const emits = after(emitting, defining);
    const runs = ['hot@1', 'part@1', 'found@1'].map((type, i) => algorithm(`r${i}`, { windows: [type] }));
    const there = after(register(processor(runs, { name: 'runs', team: 'blue' }), emits), emits);
    const changed = algorithm('level', { emits: ['found@1'], timeout: '5s' });
    expect(effects(register(processor([changed]), there))).toEqual([
      "blue's r0@1, r1@1, r2@1 will run on windows that a changed level@1 opens",
    ]);
  });
});

const pump = {
  kinds: [{ name: 'pump', channels: [{ name: 'v', unit: 'bar', signal: 'sample', every: '1s' }] }],
  sources: [
    { name: 'pump-1', kind: 'pump', groups: ['north'], labels: { site: 'a', serial: '1' } },
    { name: 'pump-2', kind: 'pump', groups: ['north'], labels: { site: 'a', serial: '2' } },
  ],
};
const ofPumps = [
  { name: 'minute', version: 1, for: { kind: 'pump' }, reads: ['sample'], open: { fixed: { size: '1m' } } },
  { name: 'second', version: 1, parent: 'minute@1', reads: ['sample'], open: { fixed: { size: '1s' } } },
  { name: 'any', version: 1, reads: ['sample'], open: { fixed: { size: '1m' } } },
  { name: 'other', version: 1, reads: ['other'], open: { fixed: { size: '1m' } } },
  {
    name: 'fleet',
    version: 1,
    for: { labels: { site: 'a' } },
    reads: ['sample'],
    open: { fixed: { size: '1m', scope: 'group' as const } },
  },
];

describe('effects of kinds and sources on other teams', () => {
  const grounds = after(define({ ...pump, windowTypes: ofPumps }));
  const readers = ofPumps.map(({ name }) => algorithm(`${name}-a`, { windows: [`${name}@1`] }));
  const there = after(register(processor(readers, { name: 'readers', team: 'blue' }), grounds), grounds);
  const known = { ...there, sources: grounds.sources };

  it('are named where channels change, and what becomes of those that are not declared', () => {
    const kinds = [{ ...pump.kinds[0]!, channels: [{ ...pump.kinds[0]!.channels[0]!, unit: 'kPa' }] }];
    expect(effects(define({ kinds }, known))).toEqual([
      "blue's any-a@1, fleet-a@1, minute-a@1 and 1 more will run on signals of a changed kind pump (channels[v].unit: bar → kPa)",
    ]);
    const refused = [{ ...pump.kinds[0]!, undeclared: 'refuse' as const }];
    expect(effects(define({ kinds: refused }, known))).toEqual([
      "blue's any-a@1, fleet-a@1, minute-a@1 and 1 more will run on signals of a changed kind pump (undeclared: accept → refuse)",
    ]);
    expect(effects(define({ kinds: [{ ...pump.kinds[0]!, description: 'of water' }] }, known))).toEqual([]);
  });

  it('are named where a source comes to be of another kind or label, or in another group, and with others that do so too', () => {
    const [one, two] = pump.sources as [(typeof pump.sources)[0], (typeof pump.sources)[0]];
    expect(
      effects(
        define(
          {
            sources: [
              { ...one, kind: 'car' },
              { ...two, kind: 'car' },
            ],
          },
          known,
        ),
        known,
      ),
    ).toEqual(["blue's minute-a@1, second-a@1 will run no more for pump-1, pump-2"]);
    expect(effects(define({ sources: [{ ...one, groups: ['south'] }] }, known), known)).toEqual([
      "blue's fleet-a@1 will find pump-1 in other groups",
    ]);
    expect(effects(define({ sources: [{ ...one, labels: { site: 'b' } }] }, known), known)).toEqual([
      "blue's fleet-a@1 will run no more for pump-1",
    ]);
    expect(effects(define({ sources: [{ ...one, labels: { site: 'a', serial: '9' } }] }, known), known)).toEqual([]);
    expect(
      effects(
        define(
          {
            owner: 'blue',
            sources: [
              { ...one, kind: 'car', groups: [] },
              { name: 'pump-3', kind: 'pump' },
            ],
          },
          known,
        ),
        known,
      ),
    ).toEqual([]);
  });
});
