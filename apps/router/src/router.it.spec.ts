import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, namespaceOf } from '@windlass/testing';
import { algorithm, dagOf, idOf, paneOf, previous, same } from './testing/fixture.ts';
import { TestHub, type Work } from './testing/hub.ts';

/** a = elements; b = a + sum of the previous a; c = 10 b. `elements` 13 is unlucky for b. */
const work: Work = ({ algorithm, pane, inputs, before }) => {
  const value = (of: string) =>
    (before.get(of) ?? inputs.find((i) => i.relation === 'SAME' && i.algorithm === of)?.result) as number;
  const earlier = inputs.filter((i) => i.relation === 'PREVIOUS').reduce((sum, i) => sum + (i.result as number), 0);
  if (algorithm === 'a@1') return pane.elements;
  if (algorithm === 'c@1') return value('b@1') * 10;
  if (pane.elements === 13) throw new TypeError('thirteen');
  return value('a@1') + earlier;
};

const sample = {
  id: 's1',
  name: 'sample',
  eventTimeUs: 1_500_000,
  phase: 'POINT' as const,
  values: { heap: 0.1 },
  count: 1,
  correlation: null,
  metadata: {},
};

/** An assertion that comes true. */
const soon = (assertion: () => void) =>
  eventually(() => {
    assertion();
    return true;
  });

describe('the router on Kafka and Postgres', () => {
  const hub = new TestHub(namespaceOf('router'), ['p', 'q', 'slow', 'bad']);

  beforeAll(async () => {
    await hub.start(
      dagOf(1, [
        algorithm('a', 'p'),
        algorithm('b', 'p', [same('a'), previous('a', 2)]),
        algorithm('c', 'q', [same('b')]),
      ]),
      { WINDLASS_ROUTER_WINDOW_RETENTION_MS: '600000' },
    );
    await Promise.all([hub.process('p', work), hub.process('q', work)]);
  }, 120_000);
  afterAll(() => hub.stop(), 60_000);

  const window = (n: number, elements = n, rest = {}) =>
    paneOf(`w${n}`, {
      elements,
      startUs: n * 1_000_000,
      endUs: (n + 1) * 1_000_000,
      isFinal: false,
      previous: [
        { dependency: 'previous(2)', windowIds: [n - 2, n - 1].filter((k) => k > 0).map((k) => idOf(`w${k}`)) },
      ],
      ...rest,
    });

  const get = async (path: string): Promise<any> => (await fetch(hub.service.url + path)).json();

  it('runs a chain over two processors, with results of windows before', async () => {
    await hub.send(window(1, 1, { signals: [sample] }), window(2), window(3));
    await soon(() => expect(hub.current(idOf('w3'))).toEqual({ 'a@1': 3, 'b@1': 6, 'c@1': 60 }));
    expect(hub.current(idOf('w1'))).toEqual({ 'a@1': 1, 'b@1': 1, 'c@1': 10 });
    expect(hub.outcomes.filter((e) => e.runComplete).map((e) => e.windowId)).toHaveLength(3);
    const signals = hub.tasks.map(({ pane }) => [pane.startUs, pane.signals] as const);
    for (const [startUs, kept] of signals) expect(kept).toEqual(startUs === 1_000_000 ? [sample] : null);
  });

  it('reruns what a late revision changes, and tells each run once', async () => {
    await hub.send(window(1, 5, { revision: 1, version: 2, timing: 'LATE' }));
    await soon(() => expect(hub.current(idOf('w3'))).toEqual({ 'a@1': 3, 'b@1': 10, 'c@1': 100 }));
    await soon(() => expect(hub.current(idOf('w1'))['c@1']).toBe(50));
    const told = hub.outcomes.flatMap((e) => e.outcomes.map((o) => o.executionId));
    expect(new Set(told).size).toBe(told.length);
  });

  it('ignores a pane that comes twice, and skips what depends on a failure', async () => {
    await hub.send(window(3), window(4, 13));
    await soon(() =>
      expect(hub.current(idOf('w4'))).toEqual({
        'a@1': 13,
        'b@1': 'FAILED ALGORITHM_ERROR',
        'c@1': 'SKIPPED INPUT_FAILED',
      }),
    );
    const failed = hub.outcomes.flatMap((e) => e.outcomes).find((o) => o.state === 'FAILED')!;
    expect(failed.reason).toMatchObject({ message: 'TypeError: thirteen', stack: expect.stringContaining('thirteen') });
    expect(
      hub.outcomes.filter((e) => e.windowId === idOf('w3') && e.outcomes.some((o) => o.algorithm === 'a@1')),
    ).toHaveLength(1);
  });

  it('goes on after a restart with what it knew', async () => {
    await hub.service.stop();
    await hub.send(window(5));
    await hub.startRouter();
    await soon(() => expect(hub.current(idOf('w5'))).toEqual({ 'a@1': 5, 'b@1': 21, 'c@1': 210 }));
  }, 60_000);

  it('tells what a window does and what is queued', async () => {
    const { windows } = await get(`/v1/windows/${idOf('w5')}/executions?source=pump-1`);
    expect(windows).toEqual([expect.objectContaining({ state: 'OPEN', revision: 0 })]);
    expect(windows[0].executions.map((x: { state: string }) => x.state)).toEqual([
      'SUCCEEDED',
      'SUCCEEDED',
      'SUCCEEDED',
    ]);
    const { queues } = await get('/v1/queues');
    expect(queues).toContainEqual(expect.objectContaining({ processor: 'p', queued: 0, inFlight: 0 }));
    expect((await fetch(`${hub.service.url}/v1/windows/${idOf('other')}/executions?source=pump-1`)).status).toBe(404);
  });

  it('waits for a DAG revision that it has not read yet', async () => {
    await hub.send(paneOf('n1', { key: 'pump-2', dagRevision: 2, elements: 7 }));
    await hub.register(dagOf(2, [algorithm('a', 'p')]));
    await soon(() => expect(hub.current(idOf('n1'))).toEqual({ 'a@1': 7 }));
  });

  it('keeps what it has no credit for, over a restart, and sends it when there is', async () => {
    await hub.register(dagOf(3, [algorithm('a', 'slow')]));
    const panes = Array.from({ length: 100 }, (_, n) =>
      paneOf(`s${n}`, { key: 'pump-3', dagRevision: 3, elements: n }),
    );
    await hub.send(...panes);
    const queue = async () => (await get('/v1/queues')).queues.find((q: any) => q.processor === 'slow');
    const { inFlight } = await eventually(async () => {
      const slow = await queue();
      return slow?.inFlight + slow?.queued === 100 && slow;
    });
    expect(inFlight).toBeLessThan(100);
    await hub.service.stop();
    await hub.startRouter();
    await eventually(async () => (await queue())?.queued === 100 - inFlight);
    expect((await get('/v1/tasks')).tasks).toEqual([
      { processor: 'slow', windowType: 'w@1', queued: 100 - inFlight, inFlight },
    ]);
    await hub.process('slow', work);
    const complete = () => hub.outcomes.filter((e) => e.key === 'pump-3' && e.runComplete).length;
    await eventually(() => complete() === 100, { deadlineMs: 60_000, describe: complete });
    expect(await queue()).toMatchObject({ queued: 0, inFlight: 0 });
  }, 120_000);

  it('ends the attempt of an answer that cannot be read', async () => {
    await hub.register(dagOf(4, [algorithm('a', 'bad')]));
    await hub.idle('bad');
    await hub.send(paneOf('x1', { key: 'pump-4', dagRevision: 4 }));
    const task = await eventually(() => hub.tasks.find((t) => t.pane.key === 'pump-4'));
    await hub.answerBadly(task);
    await soon(() => expect(hub.current(idOf('x1'))).toEqual({ 'a@1': 'FAILED BAD_RESULT' }));
  });
});
