import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { check } from './check.ts';
import type { Facts, StoredOutcome, ToldOutcome, ToldPane } from './facts.ts';

const succeeded = (value: number) => ({ state: 'SUCCEEDED', code: null, value });
const level = 'level@1';
const trend = 'trend@1';

/** A run of so many windows in which all went well. */
function calm(windows: number): Facts {
  const all = Array.from({ length: windows }, (_, n) => ({ key: `pump-${n % 3}`, startUs: n * 1_000_000, n }));
  const panes = all.map(({ key, startUs, n }): ToldPane => ({
    ...{ key, startUs, windowId: `w${n}`, revision: 0, version: 1, firedAtUs: n },
    ...{ partition: n % 3, offset: BigInt(n), atMs: n },
  }));
  const outcomes = all.flatMap(({ key, startUs, n }): ToldOutcome[] =>
    [level, trend].map((algorithm, step) => ({
      ...{ key, startUs, windowId: `w${n}`, version: step + 1, algorithm, executionId: `w${n} ${algorithm}` },
      ...{ run: 1, attempt: 1, ...succeeded(n + step) },
      ...{ partition: n % 3, offset: BigInt(2 * n + step), atMs: n },
    })),
  );
  return {
    expected: all.map(({ key, startUs, n }) => ({
      ...{ key, startUs },
      verdicts: { [level]: succeeded(n), [trend]: succeeded(n + 1) },
    })),
    panes,
    outcomes,
    stored: outcomes.map(({ key, startUs, algorithm, executionId, state, value }) => ({
      ...{ key, startUs, algorithm, executionId, state, value },
    })),
    leases: [1, 2].map((epoch) => ({ stage: 'router', partition: 0, owner: `owner-${epoch}`, epoch, commitNo: epoch })),
    parked: [],
  };
}

const nothing = { lost: [], duplicated: [], stuck: [], stale: [], republished: 0 };
const without = <T>(all: readonly T[], at: number): T[] => all.toSpliced(at, 1);
const changed = <T extends ToldOutcome | StoredOutcome>(all: readonly T[], at: number, change: Partial<T>): T[] =>
  all.with(at, { ...all[at]!, ...change });

/** A run, and one of its outcomes. */
const runs = fc
  .integer({ min: 1, max: 20 })
  .chain((windows) => fc.record({ facts: fc.constant(calm(windows)), at: fc.nat(2 * windows - 1) }));
const holds = (law: (run: { readonly facts: Facts; readonly at: number }) => void) => fc.assert(fc.property(runs, law));

describe('the invariant checker', () => {
  it('finds nothing in a run in which all went well', () => {
    holds(({ facts }) => expect(check(facts)).toEqual(nothing));
  });

  it('finds a stored row that was deleted as lost', () => {
    holds(({ facts, at }) => {
      const found = check({ ...facts, stored: without(facts.stored, at) });
      const { key, startUs, algorithm } = facts.stored[at]!;
      expect(found).toEqual({ ...nothing, lost: [`${key} ${startUs} ${algorithm} was told and is not stored`] });
    });
  });

  it('finds a window without a pane as lost, and one that only waits as stuck', () => {
    holds(({ facts, at }) => {
      const { windowId } = facts.outcomes[at]!;
      const untold = { ...facts, panes: facts.panes.filter((pane) => pane.windowId !== windowId) };
      expect(check(untold).lost).toHaveLength(1);
      const { executionId } = facts.outcomes[at]!;
      const waiting = {
        ...facts,
        outcomes: without(facts.outcomes, at),
        stored: facts.stored.filter((one) => one.executionId !== executionId),
      };
      expect(check(waiting)).toEqual({ ...nothing, stuck: [expect.stringContaining('no outcome')] });
    });
  });

  it('finds a row that is stored twice, and a second execution of the same, as duplicated', () => {
    holds(({ facts, at }) => {
      expect(check({ ...facts, stored: [...facts.stored, facts.stored[at]!] }).duplicated).toHaveLength(1);
      const again = { ...facts.outcomes[at]!, executionId: 'another' };
      expect(check({ ...facts, outcomes: [...facts.outcomes, again] }).duplicated).toHaveLength(1);
    });
  });

  it('takes the same record published twice as what it is, and the same id with other content as duplicated', () => {
    holds(({ facts, at }) => {
      const last = { ...facts.outcomes[at]!, offset: 1_000n };
      expect(check({ ...facts, outcomes: [...facts.outcomes, last] })).toEqual({ ...nothing, republished: 1 });
      const other = { ...last, attempt: 2 };
      expect(check({ ...facts, outcomes: [...facts.outcomes, other] }).duplicated).toHaveLength(1);
    });
  });

  it('finds a verdict that the inputs do not give as stale, told or stored', () => {
    holds(({ facts, at }) => {
      expect(check({ ...facts, outcomes: changed(facts.outcomes, at, { value: -1 }) }).stale).toHaveLength(1);
      expect(check({ ...facts, stored: changed(facts.stored, at, { state: 'FAILED' }) }).stale).toHaveLength(1);
    });
  });

  it('finds a record of a lower version that comes later as stale', () => {
    const facts = calm(3);
    const swapped = facts.outcomes.map((one) => ({ ...one, version: one.algorithm === level ? 2 : 1 }));
    expect(check({ ...facts, outcomes: swapped }).stale).toHaveLength(3);
  });

  it('finds a lease that went back, and an epoch of two owners, as stale', () => {
    const facts = calm(1);
    const [old, heir] = facts.leases;
    expect(check({ ...facts, leases: [heir!, old!] }).stale).toHaveLength(1);
    expect(check({ ...facts, leases: [old!, { ...heir!, epoch: 1 }] }).stale).toHaveLength(1);
  });

  it('finds a message that nobody can send as stuck', () => {
    expect(check({ ...calm(1), parked: ['router: TOO_LARGE'] }).stuck).toHaveLength(1);
  });
});
