import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, namespaceOf } from '@windlass/testing';
import { AT_A_TIME, MAX_QUEUED_REPLAYS } from './replay-intake.ts';
import { algorithm, dagOf, idOf, paneOf, same } from './testing/fixture.ts';
import { itemsOf, TestHub, type Work } from './testing/hub.ts';

const work: Work = ({ pane }) => pane.elements;

/** Real Kafka and Postgres; windows of one source are named by their number. */
describe('a hold, as the router keeps it', () => {
  const hub = new TestHub(namespaceOf('router holds'), ['p', 'q', 'lazy', 'gone']);
  beforeAll(async () => {
    await hub.start(dagOf(1, [algorithm('a', 'p'), algorithm('b', 'p'), algorithm('c', 'q', [same('b')])]));
    await Promise.all([hub.process('p', work), hub.process('q', work)]);
  }, 120_000);
  afterAll(() => hub.stop(), 60_000);

  const get = async (path: string): Promise<any> => (await fetch(hub.service.url + path)).json();
  const held = async (name: string) => (await get('/v1/holds')).holds.find((one: any) => one.name === name);
  const pane = (key: string, n: number, rest = {}) =>
    paneOf(`${key}-${n}`, { key, elements: n, startUs: n * 1_000_000, endUs: (n + 1) * 1_000_000, ...rest });
  const panes = (key: string, count: number, rest = {}) => Array.from({ length: count }, (_, n) => pane(key, n, rest));
  const tasksOf = (key: string) => hub.tasks.filter((task) => task.pane.key === key);
  const completed = (key: string) => hub.outcomes.filter((event) => event.key === key && event.runComplete);
  const starts = (key: string, algorithm: string) =>
    tasksOf(key)
      .filter(({ executions }) => executions.some((x) => x.algorithm === algorithm))
      .map((task) => task.pane.startUs);

  it('of a processor keeps all that comes, over a restart of the router, and lets it go on in order', async () => {
    await hub.hold({ kind: 'processor', name: 'p', mode: 'PAUSE', number: 1 });
    await eventually(() => held('p'));
    await hub.send(...panes('paused', 30));
    await eventually(async () => (await held('p')).queued === 30);
    await hub.service.stop();
    await hub.startRouter();
    await eventually(async () => (await held('p'))?.queued === 30);
    expect(tasksOf('paused')).toEqual([]);
    // Resumed while no record is on its way that would start anything.
    await hub.hold({ kind: 'processor', name: 'p', mode: null, number: 2 });
    await eventually(() => completed('paused').length === 30, { deadlineMs: 60_000 });
    const sent = starts('paused', 'b@1');
    expect(sent).toEqual(sent.toSorted((x, y) => x - y));
    expect(new Set(hub.outcomes.flatMap((e) => e.outcomes.map((o) => o.executionId))).size).toBe(90);
  }, 120_000);

  it('that ended while no router ran is over when one starts', async () => {
    await hub.hold({ kind: 'processor', name: 'p', mode: 'PAUSE', number: 3 });
    await eventually(() => held('p'));
    await hub.send(...panes('asleep', 5));
    await eventually(async () => (await held('p')).queued === 5);
    await hub.service.stop();
    await hub.hold({ kind: 'processor', name: 'p', mode: null, number: 4 });
    await hub.startRouter();
    await eventually(() => completed('asleep').length === 5, { deadlineMs: 60_000 });
  }, 120_000);

  it('of a processor leaves most of a replay in its topic; live work goes before what waits, and all of it is done', async () => {
    await hub.hold({ kind: 'processor', name: 'p', mode: 'PAUSE', number: 5 });
    await eventually(() => held('p'));
    const replays = panes('replayed', MAX_QUEUED_REPLAYS + 30, { lane: 'REPLAY', generation: 1 });
    await hub.send(...replays);
    await eventually(async () => (await held('p')).queued > MAX_QUEUED_REPLAYS - AT_A_TIME, { deadlineMs: 60_000 });
    await delay(1_000);
    const { queued } = await held('p');
    expect(queued).toBeLessThanOrEqual(MAX_QUEUED_REPLAYS);
    await hub.send(...panes('replayed', 3));
    await eventually(async () => (await held('p')).queued >= queued + 3);
    await hub.hold({ kind: 'processor', name: 'p', mode: null, number: 6 });
    const done = () => completed('replayed');
    await eventually(() => done().length === replays.length + 3, { deadlineMs: 90_000 });
    const lanes = tasksOf('replayed').map((task) => task.pane.lane);
    expect(lanes.slice(0, 3)).toEqual(['LIVE', 'LIVE', 'LIVE']);
    expect(new Set(done().map(({ windowId, generation }) => `${windowId} ${generation}`)).size).toBe(done().length);
  }, 180_000);

  it('of an algorithm lets the others run, and what needs it waits; later windows do not pass those that waited', async () => {
    await hub.hold({ kind: 'algorithm', name: 'b@1', mode: 'PAUSE', number: 1 });
    await eventually(() => held('b@1'));
    await hub.send(...panes('partly', 10));
    await eventually(async () => (await held('b@1')).queued === 10);
    await eventually(() => starts('partly', 'a@1').length === 10);
    expect(starts('partly', 'b@1')).toEqual([]);
    await eventually(() => hub.current(idOf('partly-3'))['a@1'] === 3);
    expect(hub.current(idOf('partly-3'))).toEqual({ 'a@1': 3 });
    await hub.hold({ kind: 'algorithm', name: 'b@1', mode: null, number: 2 });
    await hub.send(...panes('partly', 20).slice(10));
    await eventually(() => completed('partly').length === 20, { deadlineMs: 60_000 });
    expect(starts('partly', 'b@1')).toEqual(Array.from({ length: 20 }, (_, n) => n * 1_000_000));
  }, 120_000);

  it('of a window type keeps back all that runs on it', async () => {
    await hub.hold({ kind: 'windowType', name: 'w@1', mode: 'PAUSE', number: 1 });
    await eventually(() => held('w@1'));
    await hub.send(...panes('typed', 3));
    await eventually(async () => (await held('w@1')).queued === 3);
    expect(tasksOf('typed')).toEqual([]);
    const metrics = await (await fetch(`${hub.service.url}/metrics`)).text();
    expect(metrics).toMatch(/windlass_router_held_tasks\{kind="windowType",name="w@1",service="router"\} 3/);
    await hub.hold({ kind: 'windowType', name: 'w@1', mode: null, number: 2 });
    await eventually(() => completed('typed').length === 3);
  });

  it('that drains is over when the last task under way has ended, which is told once, and not again after a restart', async () => {
    await hub.register(dagOf(2, [algorithm('a', 'lazy')]));
    await hub.idle('lazy');
    const keys = ['x-1', 'x-2', 'x-3', 'x-4', 'x-5', 'x-6'];
    await hub.send(...keys.map((key) => pane(key, 1, { dagRevision: 2 })));
    await eventually(() => keys.every((key) => tasksOf(key).length === 1));
    await hub.hold({ kind: 'processor', name: 'lazy', mode: 'DRAIN', number: 1 });
    await hub.send(pane('x-1', 2, { dagRevision: 2 }));
    await eventually(async () => (await held('lazy'))?.queued === 1);
    expect(await held('lazy')).toMatchObject({ mode: 'DRAIN', inFlight: 6, drained: false });
    for (const key of keys) await hub.answer(tasksOf(key)[0]!, itemsOf(tasksOf(key)[0]!, work));
    await eventually(async () => (await held('lazy')).drained === true);
    expect(await held('lazy')).toMatchObject({ inFlight: 0, queued: 1 });
    await hub.service.stop();
    await hub.startRouter();
    await eventually(async () => (await held('lazy'))?.drained === true);
    expect(tasksOf('x-1')).toHaveLength(1);
    await hub.hold({ kind: 'processor', name: 'lazy', mode: null, number: 2 });
    await eventually(() => tasksOf('x-1').length === 2);
    await hub.answer(tasksOf('x-1')[1]!, itemsOf(tasksOf('x-1')[1]!, work));
    await eventually(() => hub.notices.length > 0);
    expect(hub.notices).toMatchObject([
      { kind: 'PROCESSOR_DRAINED', subject: 'lazy', owner: 'team', details: { hold: '1' } },
    ]);
  }, 120_000);

  it('that drains an algorithm or a window type is over when no task under way holds anything of it, over restarts too', async () => {
    const told = hub.notices.length;
    await hub.register(dagOf(3, [algorithm('a', 'lazy'), algorithm('b', 'lazy', [same('a')]), algorithm('d', 'gone')]));
    await hub.idle('gone');
    const keys = ['y-1', 'y-2', 'y-3', 'y-4', 'y-5', 'y-6'];
    await hub.send(...keys.map((key) => pane(key, 1, { dagRevision: 3 })));
    await eventually(() => keys.every((key) => tasksOf(key).length === 2));
    const answerTo = async (key: string, ref: string) => {
      const task = tasksOf(key).find(({ executions }) => executions.some((x) => x.algorithm === ref))!;
      await hub.answer(task, itemsOf(task, work));
    };
    await hub.hold({ kind: 'algorithm', name: 'b@1', mode: 'DRAIN', number: 3 });
    await hub.hold({ kind: 'windowType', name: 'w@1', mode: 'DRAIN', number: 3 });
    await eventually(async () => (await held('b@1'))?.inFlight === 6 && (await held('w@1'))?.inFlight === 12);
    const metrics = await (await fetch(`${hub.service.url}/metrics`)).text();
    expect(metrics).toMatch(/windlass_router_held_tasks_in_flight\{kind="algorithm",name="b@1",service="router"\} 6/);
    await answerTo('y-1', 'b@1');
    await eventually(async () => (await held('b@1')).inFlight === 5);

    await hub.service.stop();
    await answerTo('y-2', 'b@1');
    await hub.startRouter();
    await eventually(async () => (await held('b@1'))?.inFlight === 4 && (await held('w@1')).inFlight === 10);
    expect(await held('b@1')).toMatchObject({ mode: 'DRAIN', drained: false });
    for (const key of keys.slice(2)) await answerTo(key, 'b@1');
    await eventually(async () => (await held('b@1')).drained === true);
    expect(await held('w@1')).toMatchObject({ inFlight: 6, drained: false });
    await hub.send(pane('y-1', 2, { dagRevision: 3 }));
    for (const key of keys) await answerTo(key, 'd@1');
    await eventually(async () => (await held('w@1')).drained === true);
    await eventually(async () => (await held('w@1')).queued === 1);
    expect(tasksOf('y-1')).toHaveLength(2);
    await eventually(() => hub.notices.length === told + 2);
    expect(hub.notices.slice(told)).toMatchObject([
      { kind: 'ALGORITHM_DRAINED', subject: 'b@1', owner: 'team', details: { hold: '3' } },
      { kind: 'WINDOW_TYPE_DRAINED', subject: 'w@1', owner: 'team', details: { hold: '3' } },
    ]);

    // Nothing is counted twice or told again by who takes the partitions next, and what waited goes on.
    await hub.service.stop();
    await hub.startRouter();
    await eventually(async () => (await held('w@1'))?.queued === 1);
    expect(await held('b@1')).toMatchObject({ inFlight: 0, drained: true });
    await hub.hold({ kind: 'windowType', name: 'w@1', mode: null, number: 4 });
    await eventually(() => tasksOf('y-1').length === 4);
    expect(starts('y-1', 'b@1')).toEqual([1_000_000]);
    expect(hub.notices).toHaveLength(told + 2);
  }, 120_000);
});
