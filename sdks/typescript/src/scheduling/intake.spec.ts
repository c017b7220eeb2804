import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Intake, type Entry, type Turn } from './intake.ts';

const LIMITS = { openPerPartition: 10, openBytes: 1_000 };
const entry = (partition: number, offset: number, key = `k${partition}`, bytes = 1): Entry => ({
  partition,
  offset,
  key,
  bytes,
});
const clean = (first: number) => ({ first, deaths: 0, suspectUntil: first });

describe('Intake', () => {
  it('runs each source in order, never more than its slots, and commits only what is finished before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ partition: fc.nat(2), key: fc.nat(3) }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 20 }),
        fc.infiniteStream(fc.nat(1_000)),
        (tasks, slots, suspects, choices) => {
          const intake = new Intake<Entry>(LIMITS);
          for (const partition of [0, 1, 2]) {
            intake.take(partition, {
              first: 0,
              deaths: partition === 1 ? 1 : 0,
              suspectUntil: partition === 1 ? suspects : 0,
            });
          }
          const offsets = [0, 0, 0];
          const running: Turn<Entry>[] = [];
          const answered: Turn<Entry>[] = [];
          const finished = [new Set<number>(), new Set<number>(), new Set<number>()];
          const started = new Map<string, number>();
          let todo = [...tasks];
          const pick = <T>(from: T[]): T => from.splice(choices.next().value % from.length, 1)[0]!;
          while (todo.length > 0 || answered.length > 0 || intake.open > 0) {
            const choice = choices.next().value % 4;
            if (choice === 0 && todo.length > 0) {
              const { partition, key } = todo[0]!;
              todo = todo.slice(1);
              const offset = offsets[partition]!++;
              expect(intake.add(partition, [entry(partition, offset, `${partition}-${key}`)], offset + 1)).toHaveLength(
                1,
              );
            } else if (choice === 1 && running.length > 0) {
              const turn = pick(running);
              intake.ran(turn);
              answered.push(turn);
            } else if (choice === 2 && answered.length > 0) {
              const turn = pick(answered);
              intake.finish(turn);
              finished[turn.entry.partition]!.add(turn.entry.offset);
            } else {
              const turn = intake.next(slots);
              if (turn) {
                const { key, offset } = turn.entry;
                expect(running.some((other) => other.entry.key === key)).toBe(false);
                expect(offset).toBeGreaterThan(started.get(key) ?? -1);
                if (turn.alone || running.some(({ alone }) => alone)) expect(running).toHaveLength(0);
                started.set(key, offset);
                running.push(turn);
                expect(running.length).toBeLessThanOrEqual(slots);
              }
            }
            for (const { partition, offset } of intake.positions()) {
              for (let before = 0; before < offset; before++) expect(finished[partition]!.has(before)).toBe(true);
            }
          }
          expect(intake.positions().map(({ offset }) => offset)).toEqual(offsets);
          expect(intake.open).toBe(0);
        },
      ),
    );
  });

  it('drops the waiting tasks of a lost partition, and lets the running one end without effect', () => {
    const intake = new Intake<Entry>(LIMITS);
    intake.take(0, clean(0));
    intake.add(0, [entry(0, 0), entry(0, 1)], 2);
    const turn = intake.next(1)!;
    expect(intake.lose(0)).toHaveLength(1);
    intake.take(0, clean(0));
    intake.add(0, [entry(0, 0)], 2);
    intake.ran(turn);
    expect(intake.finish(turn)).toBe(false);
    expect(intake.positions()).toEqual([{ partition: 0, offset: 0, deaths: 0 }]);
    expect(intake.next(1)?.entry.offset).toBe(0);
  });

  it('ignores tasks that come again, and begins anew when the group was set back', () => {
    const intake = new Intake<Entry>(LIMITS);
    intake.take(0, clean(5));
    expect(intake.add(0, [entry(0, 5), entry(0, 6)], 7)).toHaveLength(2);
    expect(intake.add(0, [entry(0, 5), entry(0, 6), entry(0, 7)], 8).map(({ offset }) => offset)).toEqual([7]);
    for (let i = 0; i < 3; i++) {
      const turn = intake.next(1)!;
      intake.ran(turn);
      intake.finish(turn);
    }
    intake.committed(intake.uncommitted());
    expect(intake.uncommitted()).toEqual([]);
    expect(intake.add(0, [entry(0, 0), entry(0, 1)], 8)).toHaveLength(2);
    expect(intake.positions()).toEqual([{ partition: 0, offset: 0, deaths: 0 }]);
  });

  it('pauses a full partition once and resumes it at half; too many bytes pause everything', () => {
    const intake = new Intake<Entry>(LIMITS);
    intake.take(0, clean(0));
    intake.take(1, clean(0));
    const keys = Array.from({ length: 10 }, (_, offset) => entry(0, offset, `k${offset}`));
    intake.add(0, keys, 10);
    expect(intake.flow()).toEqual({ pause: [0], resume: [] });
    expect(intake.flow()).toEqual({ pause: [], resume: [] });
    const finish = () => {
      const turn = intake.next(100)!;
      intake.ran(turn);
      intake.finish(turn);
    };
    for (let i = 0; i < 4; i++) finish();
    expect(intake.flow()).toEqual({ pause: [], resume: [] });
    finish();
    expect(intake.flow()).toEqual({ pause: [], resume: [0] });
    intake.add(1, [entry(1, 0, 'big', 1_000)], 1);
    expect(intake.flow()).toEqual({ pause: [0, 1], resume: [] });
  });

  it('says how often a suspect has killed, and shares the first death among those in flight', () => {
    const intake = new Intake<Entry>(LIMITS);
    intake.take(0, { first: 0, deaths: 2, suspectUntil: 2 });
    intake.add(0, [entry(0, 0), entry(0, 1), entry(0, 2)], 3);
    const deaths: [number, boolean][] = [];
    for (let i = 0; i < 3; i++) {
      const turn = intake.next(4)!;
      expect(intake.next(4)).toBeUndefined();
      deaths.push([turn.deaths, turn.alone]);
      intake.ran(turn);
      if (turn.alone) expect(intake.next(4)).toBeUndefined();
      intake.finish(turn);
    }
    expect(deaths).toEqual([
      [2, true],
      [1, true],
      [0, false],
    ]);
  });
});
