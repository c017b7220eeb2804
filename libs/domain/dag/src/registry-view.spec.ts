import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  applyEntry,
  emptyRegistryView,
  liveRevision,
  policyOf,
  type RegistryEntry,
  revisionOf,
  sourceOf,
} from './registry-view.ts';

const entry: fc.Arbitrary<RegistryEntry> = fc
  .record({
    kind: fc.constantFrom('POLICY' as const, 'SOURCE' as const),
    name: fc.constantFrom('a', 'b'),
    number: fc.integer({ min: 1, max: 5 }),
  })
  .map(({ kind, name, number }) => ({
    kind,
    name,
    number,
    body:
      number === 4
        ? 'null'
        : JSON.stringify({ name, number, groups: number === 3 ? [] : ['all', `odd-${number % 2}`] }),
  }));

const facts = (entries: readonly RegistryEntry[]) => {
  const view = entries.reduce(applyEntry, emptyRegistryView);
  return {
    policies: [...view.policies].sort(),
    sources: [...view.sources.values()].map(({ name }) => name).sort(),
    size: view.sources.size,
    grouped: [...view.sources.values()].flatMap(({ name, groups }) => (groups.includes('all') ? [name] : [])).sort(),
    groups: [...view.groups]
      .map(([group, members]) => [group, [...members.values()].map(({ name }) => name).sort()])
      .sort(),
  };
};

describe('the registry view', () => {
  it('ends the same in any order of entries, however often each comes', () => {
    fc.assert(
      fc.property(
        fc
          .array(entry, { maxLength: 20 })
          .chain((entries) =>
            fc.tuple(
              fc.constant(entries),
              fc.shuffledSubarray([...entries, ...entries], { minLength: entries.length * 2 }),
            ),
          ),
        ([entries, shuffled]) => {
          const of = facts(entries);
          expect(facts(shuffled)).toEqual(of);
          const members = of.groups.flatMap(([group, names]) => (group === 'all' ? names : []));
          expect(members).toEqual(of.grouped);
        },
      ),
    );
  });

  it('keeps every revision by number; the highest is live', () => {
    const revision = (number: number): RegistryEntry => ({
      kind: 'REVISION',
      name: String(number),
      number,
      body: JSON.stringify({ number, windowTypes: [], processors: [], algorithms: [] }),
    });
    const view = [revision(2), revision(1)].reduce(applyEntry, emptyRegistryView);
    expect(liveRevision(view).number).toBe(2);
    expect(revisionOf(view, 1)?.number).toBe(1);
    expect(revisionOf(view, 3)).toBeUndefined();
    expect(liveRevision(emptyRegistryView).number).toBe(0);
  });

  it('gives defaults for what nobody set', () => {
    expect(policyOf(emptyRegistryView, 'cycle@1')).toMatchObject({
      number: 0,
      onIdle: 'advance',
      allowedLatenessUs: 0,
    });
    expect(sourceOf(emptyRegistryView, 'pump-1')).toEqual({ name: 'pump-1', kind: 'unknown', groups: [], labels: {} });
  });
});
