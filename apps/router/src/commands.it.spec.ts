import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, namespaceOf } from '@windlass/testing';
import { algorithm, dagOf, idOf, paneOf, same } from './testing/fixture.ts';
import { itemsOf, TestHub, type Work } from './testing/hub.ts';

/** Real Kafka and Postgres; `p` fails as long as it is told to. */
describe('a command about runs', () => {
  const hub = new TestHub(namespaceOf('router commands'), ['p', 'idle']);
  let broken = true;
  const work: Work = ({ algorithm, pane }) => {
    if (broken && algorithm === 'a@1') throw new TypeError('the model file is missing');
    return pane.elements;
  };
  beforeAll(async () => {
    await hub.start(
      dagOf(1, [
        algorithm('a', 'p'),
        algorithm('b', 'p', [same('a')]),
        algorithm('slow', 'idle'),
        algorithm('after', 'p', [same('slow')]),
      ]),
    );
    await hub.process('p', work);
    await hub.idle('idle');
  }, 120_000);
  afterAll(() => hub.stop(), 60_000);

  const ask = async (path: string, body?: object): Promise<{ status: number; body: any }> => {
    const response = await fetch(hub.service.url + path, {
      method: body ? 'POST' : 'GET',
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
  const command = (body: object) => ask('/v1/runs/commands', body);
  const pane = (key: string, n: number) =>
    paneOf(`${key}-${n}`, { key, elements: n + 1, startUs: n * 1_000_000, endUs: (n + 1) * 1_000_000 });
  const done = (id: string) =>
    eventually(async () => {
      const { body } = await ask(`/v1/runs/commands/${id}`);
      return body.runs.every(({ status }: any) => status !== 'WAITS') && body;
    });

  it('retries all that failed of an algorithm in a time, whatever partition it is in, once, after a dry run has told which', async () => {
    const panes = ['x', 'y', 'z'].flatMap((key) => [0, 1, 2].map((n) => pane(key, n)));
    await hub.send(...panes);
    await eventually(() => panes.every(({ windowId }) => hub.current(windowId)['b@1'] === 'SKIPPED INPUT_FAILED'));
    const runs = { failed: true, algorithm: 'a@1', fromUs: 0, toUs: 2_000_000 };
    const would = await command({ action: 'retry', dryRun: true, runs });
    expect(would.body.runs).toHaveLength(6);
    expect(would.body.runs[0]).toMatchObject({ algorithm: 'a@1', status: 'WOULD', detail: 'FAILED ALGORITHM_ERROR' });
    const [skipped] = (await ask(`/v1/windows/${idOf('x-0')}/explain?source=x`)).body.windows;
    const b = skipped.runs.find((run: any) => run.algorithm === 'b@1');
    expect(b.now[0]).toMatchObject({ code: 'RUN_SKIPPED', facts: { because: would.body.runs[0].executionId } });
    const cause = await ask(`/v1/runs/${b.now[0].facts.because}/explain?source=x`);
    expect(cause.body.runs[0]).toMatchObject({ algorithm: 'a@1', state: 'FAILED' });
    expect(cause.body.runs[0].timeline.map(({ code }: any) => code)).toContain('ATTEMPT_FAILED');
    expect(cause.body.runs[0].now[0].text).toContain('TypeError: the model file is missing');
    broken = false;
    const asked = { commandId: 'fix-the-model', action: 'retry', why: 'the file is there', runs };
    const [first, again] = await Promise.all([command(asked), command(asked)]);
    expect([first.status, again.status]).toEqual([202, 202]);
    expect((await done('fix-the-model')).runs.map(({ status }: any) => status)).toEqual(Array(6).fill('DONE'));
    await eventually(() => hub.current(idOf('y-1'))['b@1'] === 2);
    await eventually(() => ['x', 'y', 'z'].every((key) => hub.current(idOf(`${key}-0`))['b@1'] === 1));
    expect(hub.current(idOf('x-2'))['b@1']).toBe('SKIPPED INPUT_FAILED');
    await command(asked);
    const tasks = hub.tasks.filter((task) => task.executions.some((x) => x.algorithm === 'a@1'));
    expect(tasks).toHaveLength(9 + 6);
    const { commands } = (await ask('/v1/runs/commands')).body;
    expect(commands).toMatchObject([
      { commandId: 'fix-the-model', by: 'local', why: 'the file is there', runs: 6, refused: 0 },
    ]);
  }, 60_000);

  it('cancels what is under way, tells the spoke, and what needs it follows; a restart of the router loses neither', async () => {
    const { windowId } = pane('c', 0);
    await hub.send(pane('c', 0));
    await eventually(async () => {
      const { body } = await ask(`/v1/windows/${windowId}/executions?source=c`);
      return body.windows?.[0]?.executions?.find((x: any) => x.algorithm === 'slow@1')?.state === 'DISPATCHED';
    });
    const { windows } = (await ask(`/v1/windows/${windowId}/explain?source=c`)).body;
    const now = (name: string) => windows[0].runs.find((run: any) => run.algorithm === name).now[0];
    expect(now('slow@1')).toMatchObject({ code: 'RUN_IN_FLIGHT', facts: { processor: 'idle' } });
    expect(now('after@1')).toMatchObject({ code: 'RUN_WAITS_FOR_INPUT', facts: { upstream: 'slow@1', windowId } });
    const runs = { source: 'c', windowId, algorithm: 'slow@1' };
    expect((await command({ action: 'retry', runs })).body).toMatchObject({
      code: 'RUN_NOT_OVER',
      detail: 'slow@1, run 0 is DISPATCHED; possible: cancel, skip',
    });
    const { body } = await command({ action: 'cancel', why: 'nobody needs it', runs });
    await hub.service.stop();
    await hub.startRouter();
    await done(body.commandId);
    await eventually(() => hub.current(windowId)['after@1'] === 'SKIPPED INPUT_FAILED');
    expect(hub.current(windowId)['slow@1']).toBe('CANCELLED CANCELLED_BY_PERSON');
    const late = hub.tasks.find((task) => task.pane.key === 'c' && task.executions[0]!.algorithm === 'slow@1')!;
    await hub.answer(
      late,
      itemsOf(late, () => 9),
    );
    const again = await command({ action: 'cancel', runs });
    expect(again).toMatchObject({ status: 409, body: { code: 'RUN_IS_OVER' } });
    // What was cancelled is kept over a restart, and can be retried.
    await command({ commandId: 'once-more', action: 'retry', runs });
    await done('once-more');
    await eventually(
      () =>
        hub.tasks.filter((task) => task.executions[0]!.algorithm === 'slow@1' && task.pane.key === 'c').length === 2,
    );
    expect(hub.current(windowId)['slow@1']).toBe('CANCELLED CANCELLED_BY_PERSON');
  }, 60_000);

  it('of what does not exist is refused with what would be right', async () => {
    const executionId = '0'.repeat(32);
    expect(await command({ action: 'retry', runs: { source: 'x', executionId } })).toMatchObject({
      status: 404,
      body: { code: 'UNKNOWN_EXECUTION' },
    });
    const runs = { failed: true, algorithm: 'nobody@1', fromUs: 0, toUs: 9 };
    expect((await command({ action: 'retry', runs })).body.code).toBe('NOTHING_FAILED');
    expect((await command({ action: 'skip', runs })).body.code).toBe('ONLY_RETRY');
    expect((await ask(`/v1/runs/${executionId}/explain?source=x`)).body.code).toBe('UNKNOWN_EXECUTION');
    expect((await ask(`/v1/windows/${executionId}/explain?source=x`)).body.code).toBe('UNKNOWN_WINDOW');
    expect((await ask('/v1/runs/commands/never-was-one')).body.code).toBe('UNKNOWN_COMMAND');
  });
});
