import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { partitionOf, slotOf } from '@windlass/contracts';
import { eventually, namespaceOf } from '@windlass/testing';
import { algorithm, dagOf, idOf, members, paneOf } from './testing/fixture.ts';
import { TestHub, type Work } from './testing/hub.ts';

const GROUP = 'fleet';
const PUMPS = ['pump-1', 'pump-2', 'pump-3'];
const source = { kind: 'pump', parents: [], groups: [GROUP], labels: {}, zone: null };

/** `a` is the pane's elements, and fails for 13; what joins adds up what it is given. */
const work: Work = ({ algorithm: name, pane, inputs }) => {
  if (name === 'a@1' && pane.elements === 13) throw new TypeError('no such number');
  return name === 'a@1' ? pane.elements : inputs.reduce((sum, { result }) => sum + (result as number), 0);
};

const pumpPane = (key: string, elements: number, rest: object = {}) =>
  paneOf(`${key}-w`, { key, elements, source, isFinal: false, ...rest });
const linePane = (rest: object = {}) =>
  paneOf('line', { key: GROUP, windowType: 'line@1', endUs: 2_000_000, members: 3, isFinal: false, ...rest });

describe("members' results at their group, on Kafka and Postgres", () => {
  const hub = new TestHub(namespaceOf('members'), ['p', 'q']);

  beforeAll(async () => {
    await hub.start(
      dagOf(1, [
        algorithm('a', 'p'),
        algorithm('sum', 'q', [members('a')], { bindings: [{ windowType: 'line@1', on: ['ON_TIME', 'LATE'] }] }),
      ]),
    );
    await Promise.all([hub.process('p', work), hub.process('q', work)]);
  }, 120_000);
  afterAll(() => hub.stop(), 60_000);

  const soon = (assertion: () => void) => eventually(() => (assertion(), true));
  const runs = () =>
    hub.outcomes
      .filter(({ windowId }) => windowId === idOf('line'))
      .flatMap(({ outcomes }) => outcomes.map(({ run, inputs }) => [run, inputs.length]));

  it('come from other partitions, once every member has told that it is through, also after a restart in between', async () => {
    expect(new Set([GROUP, ...PUMPS].map((key) => partitionOf(slotOf(key), 4))).size).toBeGreaterThan(1);
    await hub.send(linePane(), pumpPane('pump-1', 1), pumpPane('pump-2', 2));
    await hub.closed('pump-1', [GROUP], 2_000_000);
    await soon(() => expect(hub.current(idOf('pump-2-w'))).toEqual({ 'a@1': 2 }));
    await hub.service.stop();
    await hub.startRouter();
    await hub.send(pumpPane('pump-3', 13));
    await Promise.all(['pump-2', 'pump-3'].map((key) => hub.closed(key, [GROUP], 2_000_000)));
    await soon(() => expect(hub.current(idOf('line'))).toEqual({ 'sum@1': 3 }));
    expect(runs()).toEqual([[0, 2]]);
    const task = hub.tasks.find(({ executions }) => executions[0]!.algorithm === 'sum@1')!;
    expect(task.inputs).toMatchObject([
      { key: 'pump-1', relation: 'MEMBERS', windowId: idOf('pump-1-w'), endUs: 1_000_000 },
      { key: 'pump-2', relation: 'MEMBERS', windowId: idOf('pump-2-w') },
    ]);
  }, 60_000);

  it('make the group run again when they are revised', async () => {
    await hub.send(pumpPane('pump-3', 4, { revision: 1, version: 2, timing: 'LATE' }));
    await soon(() => expect(hub.current(idOf('line'))).toEqual({ 'sum@1': 7 }));
    expect(runs()).toEqual([
      [0, 2],
      [1, 3],
    ]);
  }, 60_000);
});
