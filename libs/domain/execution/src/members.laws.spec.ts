import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { KeyInput, Pane } from './index.ts';
import { dagOf, type Needs } from './testing/dag.ts';
import { closed, Fleet, fleetPane, GROUP, memberFinal, memberPane, memberWithdrawn } from './testing/fleet.ts';
import { boom } from './testing/world.ts';

const MEMBERS = ['m1', 'm2', 'm3'];
const ENDS = [1000, 2000];

/** Of one window of a member: what its panes count, and how it ends. Zero elements make the algorithm fail. */
const window = fc.record({
  revisions: fc.array(fc.nat(3), { minLength: 1, maxLength: 3 }),
  isWithdrawn: fc.boolean(),
  isLateBorn: fc.boolean(),
});
const rules: fc.Arbitrary<Partial<Needs>> = fc.record({
  onFailed: fc.constantFrom('runWithout', 'skip', 'fail'),
  onProvisional: fc.constantFrom('accept', 'wait'),
  onMissing: fc.constantFrom('wait', 'runWithout'),
});
const stories = fc.record({
  rules,
  members: fc.array(fc.array(window, { minLength: 4, maxLength: 4 }), { minLength: 3, maxLength: 3 }),
  counted: fc.integer({ min: 0, max: 3 }),
  choices: fc.array(fc.nat(10_000), { maxLength: 120 }),
});
type Story = typeof stories extends fc.Arbitrary<infer T> ? T : never;

/** All that a member's trigger says, in its order: what belongs in a group's window, that this is all, and later the rest. */
function tellingOf(key: string, windows: Story['members'][number]): KeyInput[] {
  const first: KeyInput[] = [];
  const rest: KeyInput[] = [];
  windows.forEach(({ revisions, isWithdrawn, isLateBorn }, i) => {
    const startUs = i * 500;
    const panes = revisions.map((elements, revision) =>
      memberPane(key, startUs, {
        elements,
        revision,
        version: revision + 1,
        timing: revision === 0 ? 'ON_TIME' : 'LATE',
      }),
    );
    (isLateBorn ? rest : first).push(panes[0]!);
    if (i % 2 === 1) first.push(closed(key, ENDS[(i - 1) / 2]!));
    const version = panes.length + 1;
    rest.push(
      ...panes.slice(1),
      isWithdrawn ? memberWithdrawn(key, startUs, version) : memberFinal(key, startUs, version),
    );
  });
  return [...first, ...rest, closed(key, ENDS[1]!, ENDS[1]!)];
}

const dagWith = (needs: Partial<Needs>) =>
  dagOf([
    { name: 'a' },
    { name: 'join', type: 'fleet', needs: [{ of: 'a', over: 'members', ...needs }] },
    {
      name: 'after',
      type: 'fleet',
      processor: 'q',
      needs: [
        { of: 'join', onFailed: 'runWithout' },
        { of: 'join', over: { previous: 1 }, onFailed: 'runWithout' },
      ],
    },
  ]);

/** Depends on the order of its inputs, which is to be the same always. */
const join = (values: readonly number[]): number => values.reduce((sum, value) => sum * 7 + value, 1);

function live({ rules: needs, members, counted, choices }: Story): Fleet {
  const fleet = new Fleet(dagWith(needs), MEMBERS, ({ pane, inputs }, algorithm, upstream) => {
    if (algorithm === 'a@1') return pane.elements === 0 ? boom() : pane.elements;
    const values = inputs.map(({ result }) => result as number);
    return join(algorithm === 'join@1' ? values : [...upstream.values(), ...values]);
  });
  const left = new Map(MEMBERS.map((key, i) => [key, tellingOf(key, members[i]!)]));
  const groupPanes = (startUs: number): KeyInput[] => {
    const common: Partial<Pane> = { members: counted };
    const pane = fleetPane(startUs, common);
    const previous = [{ dependency: 'previous(1)', windowIds: startUs === 0 ? [] : [fleetPane(0).pane.windowId] }];
    const told: KeyInput = { ...pane, pane: { ...pane.pane, previous } };
    const record = { ...told.pane, version: 2, revision: 0, members: MEMBERS.length };
    return [told, { kind: 'finalized', record }];
  };
  left.set(GROUP, [groupPanes(0)[0]!, groupPanes(1000)[0]!, groupPanes(0)[1]!, groupPanes(1000)[1]!]);
  const past: KeyInput[] = [];
  for (let i = 0; ; i++) {
    const choice = choices[i] ?? 0;
    const busy = [...left].filter(([, inputs]) => inputs.length > 0).map(([key]) => key);
    const carried = MEMBERS.filter((key) => fleet.underWay.get(key)!.length > 0);
    const kind = choice % 5;
    if (choice % 17 === 16) fleet.group.restart();
    if (choice % 13 === 12) [...fleet.worlds.values()][choice % 4]!.do({ kind: 'timer' });
    if (choice % 11 === 10 && past.length > 0) fleet.do(GROUP, past[choice % past.length]!);
    if (kind < 2 && carried.length > 0) past.push(fleet.carry(carried[choice % carried.length]!));
    else if (kind < 4 && busy.length > 0) {
      const key = busy[choice % busy.length]!;
      fleet.do(key, left.get(key)!.shift()!);
    } else if (!fleet.isAnswered) fleet.answer(choice);
    else if (carried.length > 0) past.push(fleet.carry(carried[0]!));
    else if (busy.length > 0) fleet.do(busy[0]!, left.get(busy[0]!)!.shift()!);
    else break;
  }
  for (const news of past.reverse()) fleet.do(GROUP, news);
  fleet.settle();
  return fleet;
}

/** What `join` is to end in, from the last panes alone. */
function expected({ rules: needs, members }: Story, startUs: number): number | string {
  const values: number[] = [];
  for (const at of [startUs / 500, startUs / 500 + 1])
    for (const windows of members) {
      const { revisions, isWithdrawn } = windows[at]!;
      if (isWithdrawn) continue;
      const value = revisions.at(-1)!;
      if (value > 0) values.push(value);
      else if (needs.onFailed !== 'runWithout') return needs.onFailed === 'fail' ? 'FAILED' : 'SKIPPED';
    }
  return join(values);
}

const latest = (fleet: Fleet, algorithm: string, startUs: number) => {
  const { windowId } = fleetPane(startUs).pane;
  const outcomes = fleet.group.events.filter((e) => e.windowId === windowId).flatMap((e) => e.outcomes);
  const last = outcomes.findLast((o) => o.algorithm === `${algorithm}@1`)!;
  return last.state === 'SUCCEEDED' ? last.result : last.state;
};

describe('whatever the order in which what members have found reaches their group', () => {
  it('the same results are current in the end, also after restarts and of what came twice', () => {
    fc.assert(
      fc.property(stories, (story) => {
        const fleet = live(story);
        const [first, second] = [expected(story, 0), expected(story, 1000)];
        expect([latest(fleet, 'join', 0), latest(fleet, 'join', 1000)]).toEqual([first, second]);
        const numbers = [second, first].filter((value) => typeof value === 'number');
        expect(latest(fleet, 'after', 1000)).toBe(join(numbers));
        expect(fleet.group.events.every(({ key }) => key === GROUP)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('nothing is kept of members in the end but how far they are', () => {
    fc.assert(
      fc.property(stories, (story) => {
        const fleet = live(story);
        for (const world of fleet.worlds.values()) world.do({ kind: 'timer' });
        for (const key of MEMBERS) while (fleet.underWay.get(key)!.length > 0) fleet.carry(key);
        for (const window of ENDS) fleet.do(GROUP, fleetPane(window + 1000, { isFinal: true, members: 0 }));
        fleet.settle();
        fleet.do(GROUP, { kind: 'timer' });
        fleet.do(GROUP, { kind: 'timer' });
        const kept = [...fleet.group.state.all()].filter(({ pane }) => pane.key !== GROUP && pane.startUs < pane.endUs);
        expect(kept).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
