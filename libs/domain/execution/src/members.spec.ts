import { beforeEach, describe, expect, it } from '@jest/globals';
import { type AlgorithmSketch, dagOf, type Needs } from './testing/dag.ts';
import { closed, Fleet, fleetPane, fleetId, GROUP, memberFinal, memberPane, memberWithdrawn } from './testing/fleet.ts';
import { boom } from './testing/world.ts';

const joining = (rules: Partial<Needs> = {}): AlgorithmSketch[] => [
  { name: 'a' },
  {
    name: 'sum',
    type: 'fleet',
    on: ['EARLY', 'ON_TIME', 'LATE'],
    needs: [{ of: 'a', over: 'members', onFailed: 'runWithout', ...rules }],
  },
];

/** `a` is the pane's elements, and fails for 13; what joins adds up. */
const fleetOf = (rules: Partial<Needs> = {}) =>
  new Fleet(dagOf(joining(rules)), ['m1', 'm2'], ({ pane, inputs }, algorithm) => {
    if (algorithm === 'a@1') return pane.elements === 13 ? boom() : pane.elements;
    return inputs.reduce((sum, { result }) => sum + (result as number), 0);
  });

describe('a group that joins results of its members', () => {
  let fleet: Fleet;
  beforeEach(() => {
    fleet = fleetOf();
  });
  const results = () =>
    fleet.group.outcomes('sum').map(({ state, result }) => (state === 'SUCCEEDED' ? result : state));
  const told = (key: string, startUs: number, elements: number) =>
    fleet.do(key, memberPane(key, startUs, { elements }));

  it('waits until every member that its window counts has told all of its own, and each of those has its result', () => {
    told('m1', 0, 1);
    told('m1', 500, 2);
    fleet.do('m1', closed('m1', 1000));
    fleet.do(GROUP, fleetPane(0));
    fleet.settle();
    expect(results()).toEqual([]);
    told('m2', 0, 4);
    fleet.do('m2', closed('m2', 1000));
    while (fleet.underWay.get('m2')!.length > 0) fleet.carry('m2');
    expect(fleet.group.tasks).toEqual([]);
    fleet.settle();
    expect(results()).toEqual([7]);
    expect(
      fleet.group.tasks[0]!.inputs.map(({ key, relation, startUs, result }) => [key, relation, startUs, result]),
    ).toEqual([
      ['m1', 'MEMBERS', 0, 1],
      ['m2', 'MEMBERS', 0, 4],
      ['m1', 'MEMBERS', 500, 2],
    ]);
  });

  it('does not wait for members that its window does not count, and runs again when they come after all', () => {
    told('m1', 0, 1);
    fleet.do('m1', closed('m1', 1000));
    fleet.do(GROUP, fleetPane(0, { members: 1 }));
    fleet.settle();
    expect(results()).toEqual([1]);
    told('m2', 0, 4);
    fleet.settle();
    expect(results()).toEqual([1, 5]);
  });

  it('joins nothing of windows that reach out of its own, and an empty list where there is none', () => {
    fleet.do('m1', memberPane('m1', 800, { elements: 1 }));
    fleet.do('m1', closed('m1', 1000));
    fleet.do('m2', closed('m2', 1000));
    fleet.do(GROUP, fleetPane(0));
    fleet.settle();
    expect(results()).toEqual([0]);
  });

  it('runs again when a result is revised, and when a window is withdrawn', () => {
    told('m1', 0, 1);
    told('m2', 0, 4);
    for (const key of ['m1', 'm2']) fleet.do(key, closed(key, 1000));
    fleet.do(GROUP, fleetPane(0));
    fleet.settle();
    fleet.do('m2', memberPane('m2', 0, { elements: 5, revision: 1, version: 2, timing: 'LATE' }));
    fleet.settle();
    fleet.do('m1', memberWithdrawn('m1', 0, 2));
    fleet.settle();
    expect(results()).toEqual([5, 6, 5]);
  });

  it.each([
    ['runWithout', 1],
    ['skip', 'SKIPPED'],
    ['fail', 'FAILED'],
  ] as const)('does what onFailed says of a member that failed: %s', (onFailed, ends) => {
    fleet = fleetOf({ onFailed });
    told('m1', 0, 1);
    told('m2', 0, 13);
    for (const key of ['m1', 'm2']) fleet.do(key, closed(key, 1000));
    fleet.do(GROUP, fleetPane(0));
    fleet.settle();
    expect(results()).toEqual([ends]);
    expect(fleet.group.outcomes('sum')[0]!.reason?.because ?? null).toEqual(
      onFailed === 'runWithout' ? null : fleet.worlds.get('m2')!.outcomes('a')[0]!.executionId,
    );
  });

  it('takes what is there once its wait is over', () => {
    fleet = fleetOf({ waitMs: 500, onMissing: 'runWithout' });
    told('m1', 0, 1);
    fleet.do('m1', closed('m1', 1000));
    fleet.do(GROUP, fleetPane(0));
    fleet.settle();
    fleet.group.nowUs += 500_000;
    fleet.do(GROUP, { kind: 'timer' });
    fleet.settle();
    expect(results()).toEqual([1]);
  });

  it('waits for final results where that is asked', () => {
    fleet = fleetOf({ onProvisional: 'wait' });
    for (const key of ['m1', 'm2']) {
      told(key, 0, 1);
      fleet.do(key, closed(key, 1000));
    }
    fleet.do(GROUP, fleetPane(0));
    fleet.settle();
    expect(results()).toEqual([]);
    for (const key of ['m1', 'm2']) fleet.do(key, memberFinal(key, 0, 2));
    fleet.settle();
    expect(results()).toEqual([2]);
    expect(fleet.group.tasks[0]!.inputs.every(({ isFinal }) => isFinal)).toBe(true);
  });

  it('an early pane takes of members that are through what they have, and waits for no other', () => {
    told('m1', 0, 1);
    fleet.do('m1', closed('m1', 500));
    fleet.settle();
    fleet.do(GROUP, fleetPane(0, { timing: 'EARLY', members: 0 }));
    fleet.settle();
    expect(results()).toEqual([1]);
  });

  it('says nothing of its members itself, and forgets them once nothing of its windows can change', () => {
    for (const startUs of [0, 1000, 2000]) {
      for (const key of ['m1', 'm2']) {
        told(key, startUs, 1);
        fleet.do(key, closed(key, startUs + 1000));
        fleet.do(key, memberFinal(key, startUs, 2));
        fleet.do(key, closed(key, startUs + 1000, startUs + 1000));
      }
      fleet.do(GROUP, fleetPane(startUs, { isFinal: true }));
      fleet.settle();
    }
    expect(results()).toEqual([2, 2, 2]);
    expect(new Set(fleet.group.events.map(({ key }) => key))).toEqual(new Set([GROUP]));
    fleet.do(GROUP, { kind: 'timer' });
    const kept = [...fleet.group.state.all()].filter(({ pane }) => pane.startUs !== pane.endUs);
    expect(kept.filter(({ pane }) => pane.key === GROUP).map(({ pane }) => pane.windowId)).toEqual([fleetId(2000)]);
    expect(kept.filter(({ pane }) => pane.key !== GROUP).map(({ pane }) => pane.startUs)).toEqual([]);
  });

  it('runs again for a member that was silent when its window fired and had come when it was final, however late its results are', () => {
    told('m1', 0, 1);
    fleet.do('m1', memberFinal('m1', 0, 2));
    fleet.do('m1', closed('m1', 1000, 1000));
    fleet.do(GROUP, fleetPane(0, { members: 1 }));
    fleet.settle();
    const { pane } = fleetPane(0);
    fleet.do(GROUP, { kind: 'finalized', record: { ...pane, version: 2, members: 2 } });
    fleet.do(GROUP, fleetPane(1000, { members: 0 }));
    fleet.do(GROUP, { kind: 'timer' });
    told('m2', 0, 4);
    fleet.do('m2', memberFinal('m2', 0, 2));
    fleet.do('m2', closed('m2', 1000, 1000));
    fleet.settle();
    expect(fleet.group.outcomes('sum').filter(({ result }) => result === 5)).toHaveLength(1);
  });

  it('is told again from the start what it has applied, and nothing follows', () => {
    told('m1', 0, 1);
    fleet.do('m1', closed('m1', 1000));
    const news = [...fleet.underWay.get('m1')!];
    fleet.do(GROUP, fleetPane(0, { members: 1 }));
    fleet.settle();
    for (const one of news) expect(fleet.do(GROUP, one).ignored).toBe('DUPLICATE');
    expect(results()).toEqual([1]);
  });
});
