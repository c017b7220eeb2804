import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { diffDag } from './difference.ts';
import {
  applyEntries,
  applyEntry,
  emptyRegistryView,
  liveRevision,
  policyOf,
  type RegistryEntry,
  type RegistryView,
  revisionOf,
  sourceOf,
} from './registry-view.ts';
import { revision as revisionArbitrary } from './revision.fixture.ts';
import type { DagRevision } from './model.ts';

/** Paused with odd numbers, resumed with even ones; of a kind that nobody knows with the number 5. */
const holdEntry: fc.Arbitrary<RegistryEntry> = fc
  .record({ name: fc.constantFrom('p', 'q'), number: fc.integer({ min: 1, max: 5 }) })
  .map(({ name, number }) => ({
    kind: 'SOURCE' as const,
    name: `!HOLD/processor/${name}`,
    number,
    body: 'null',
    extension: {
      kind: number === 5 ? 'UNHEARD-OF' : 'HOLD',
      name: `processor/${name}`,
      body: JSON.stringify({ kind: 'processor', name, number, mode: number % 2 ? 'PAUSE' : null }),
    },
  }));

const plainEntry: fc.Arbitrary<RegistryEntry> = fc
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

const entry = fc.oneof(plainEntry, holdEntry);

const facts = (entries: readonly RegistryEntry[]) => factsOf(entries.reduce(applyEntry, emptyRegistryView));

const factsOf = (view: RegistryView) => {
  return {
    policies: [...view.policies].sort(),
    sources: [...view.sources.values()].map(({ name }) => name).sort(),
    size: view.sources.size,
    held: [...view.holds].map(([name, { number }]) => `${name} ${number}`).sort(),
    grouped: [...view.sources.values()].flatMap(({ name, groups }) => (groups.includes('all') ? [name] : [])).sort(),
    groups: [...view.groups]
      .map(([group, members]) => [group, [...members.values()].map(({ name }) => name).sort()])
      .sort(),
  };
};

describe('the registry view', () => {
  it('knows what is held, and no longer what was resumed; what extensions say means nothing to who does not know them', () => {
    fc.assert(
      fc.property(fc.array(holdEntry, { maxLength: 20 }), (entries) => {
        for (const name of ['processor/p', 'processor/q']) {
          const own = entries.filter(({ extension }) => extension!.name === name && extension!.kind === 'HOLD');
          const last = Math.max(0, ...own.map(({ number }) => number));
          expect(facts(entries).held.filter((held) => held.startsWith(name))).toEqual(
            last % 2 === 1 ? [`${name} ${last}`] : [],
          );
        }
        expect(facts(entries.map(({ extension: _, ...known }) => known))).toEqual(facts([]));
      }),
    );
  });

  it('is the same from entries that come at once as from one after the other, wherever they are cut', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), fc.nat({ max: 40 }), (entries, cut) => {
        const at = [entries.slice(0, cut), entries.slice(cut)].reduce(applyEntries, emptyRegistryView);
        expect(factsOf(at)).toEqual(facts(entries));
        expect([...at.numbers.keys()].sort()).toEqual(
          [...entries.reduce(applyEntry, emptyRegistryView).numbers.keys()].sort(),
        );
      }),
    );
  });

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

  it('knows the same revisions in any order of entries, whole ones and differences', () => {
    const history = fc
      .tuple(fc.array(revisionArbitrary(0), { minLength: 1, maxLength: 6 }), fc.func(fc.boolean()))
      .map(([list, isWhole]) => {
        const all = list.map((one, i) => ({ ...one, number: i + 1 }));
        const entries = all.map((one, i): RegistryEntry => {
          const base: DagRevision = all[i - 1] ?? liveRevision(emptyRegistryView);
          const { number } = one;
          const name = String(number);
          if (isWhole(i)) return { kind: 'REVISION', name, number, body: JSON.stringify(one) };
          const extension = { kind: 'DIFFERENCE', name, body: JSON.stringify(diffDag(base, one)) };
          return { kind: 'SOURCE', name: `!DIFFERENCE/${name}`, number, body: 'null', extension };
        });
        return { all, entries };
      });
    fc.assert(
      fc.property(
        history.chain((one) =>
          fc.tuple(
            fc.constant(one.all),
            fc.shuffledSubarray([...one.entries, ...one.entries], { minLength: one.entries.length * 2 }),
          ),
        ),
        ([all, shuffled]) => {
          let view = emptyRegistryView;
          for (const entry of shuffled) {
            view = applyEntry(view, entry);
            // What is live is there, whatever has not come yet.
            if (view.live > 0) expect(liveRevision(view).number).toBe(view.live);
          }
          expect(all.map(({ number }) => revisionOf(view, number))).toEqual(all);
          expect([view.live, view.waiting.size]).toEqual([all.length, 0]);
        },
      ),
      { numRuns: 300 },
    );
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
