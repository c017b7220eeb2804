import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { AvailabilityPolicy } from '@windlass/dag';
import { testStack } from '@windlass/testing';
import { eventually, policyOf, SECOND, signal, TriggerGround, windowType } from './trigger.fixture.ts';

/** Real servers, which may be shared with much else. */
jest.setTimeout(180_000);

const ten = windowType('ten', { kind: 'fixed', sizeUs: 10 * SECOND, offsetUs: 0, align: 'epoch', partial: 'keep' });
/** Of the trigger's metric with this label. */
const valueOf = (metrics: string, name: string, label: string): number =>
  Number(
    metrics
      .split('\n')
      .find((line) => line.startsWith(`windlass_trigger_${name}{`) && line.includes(label))
      ?.split(' ')
      .at(-1),
  );

const nowSeconds = () => Math.floor(Date.now() / 10_000) * 10;

const retired = { name: 'pump-4', kind: 'unknown', groups: [], labels: {}, validToUs: 1 };

describe('silence', () => {
  let ground: TriggerGround;
  beforeAll(() => testStack());
  afterEach(() => ground?.close());

  const begin = async (test: string, policy: Partial<AvailabilityPolicy>) => {
    ground = await TriggerGround.make(test);
    await ground.define({ windowTypes: [ten], policies: [policyOf(ten, policy)], sources: [retired] });
    const { url } = await ground.start();
    return {
      get: async (path: string): Promise<any> => (await fetch(`${url}${path}`)).json(),
      text: async (path: string) => (await fetch(`${url}${path}`)).text(),
      post: (path: string, body: unknown) =>
        fetch(`${url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
    };
  };
  const kinds = () => ground.notices.map(({ kind, subject }) => `${kind} ${subject}`).sort();

  it('is told once, can be asked for, and ends with the next firing', async () => {
    const { get, text } = await begin('silence', { silentAfterMs: 200 });
    const at = nowSeconds() - 100;
    await ground.send(
      ...['pump-1', 'pump-2', 'pump-3', retired.name].flatMap((pump) => [
        signal(pump, 'sample', at),
        signal(pump, 'sample', at + 11),
      ]),
    );
    await eventually(() => ground.notices.length === 3);
    expect(ground.notices.find(({ subject }) => subject === 'pump-2')).toMatchObject({
      kind: 'SILENCE',
      owner: 'test',
      severity: 'WARNING',
      message: expect.stringMatching(/^pump-2: ten@1 has not fired since \d{4}-.*Z; by \d{4}-.*Z it should have\.$/),
      details: { source: 'pump-2', windowType: 'ten@1' },
    });
    const first = await get('/v1/silences?type=ten@1&limit=2');
    const rest = await get(`/v1/silences?type=ten@1&limit=2&cursor=${first.nextCursor}`);
    expect([first.silences.length, rest.silences.length, rest.nextCursor]).toEqual([2, 1, null]);
    expect([...first.silences, ...rest.silences].map(({ source }: { source: string }) => source).sort()).toEqual([
      'pump-1',
      'pump-2',
      'pump-3',
    ]);
    const [one] = (await get('/v1/silences?source=pump-1')).silences;
    expect(one).toMatchObject({ source: 'pump-1', windowType: 'ten@1', owner: 'test', usualStepUs: null });
    expect(one.expectedByUs - one.sinceUs).toBe(200_000);
    expect(one.toldAtUs).toBeGreaterThanOrEqual(one.expectedByUs);
    expect((await get('/v1/silences?type=other@1')).silences).toEqual([]);
    expect((await get('/v1/silences?cursor=nonsense')).problems).toMatchObject([{ path: 'cursor' }]);
    expect(valueOf(await text('/metrics'), 'silences', 'window_type="ten@1"')).toBe(3);

    await ground.send(signal('pump-1', 'sample', at + 22));
    await eventually(() => kinds().includes('SILENCE_ENDED pump-1'));
    expect(ground.notices.find(({ kind }) => kind === 'SILENCE_ENDED')).toMatchObject({
      severity: 'INFO',
      details: { because: 'FIRED', sinceUs: String(one.sinceUs) },
    });
    await eventually(() => kinds().filter((kind) => kind === 'SILENCE pump-1').length === 2);
    expect(kinds().filter((kind) => kind === 'SILENCE pump-2')).toHaveLength(1);
    expect(kinds().filter((kind) => kind.endsWith(retired.name))).toEqual([]);
    expect(valueOf(await text('/metrics'), 'notices_total', 'kind="SILENCE"')).toBe(4);
  });

  it('is remembered over a restart', async () => {
    ground = await TriggerGround.make('silence over a restart');
    await ground.define({ windowTypes: [ten], policies: [policyOf(ten, { silentAfterMs: 200 })] });
    const first = await ground.start();
    const at = nowSeconds() - 100;
    await ground.send(signal('pump-1', 'sample', at), signal('pump-1', 'sample', at + 11));
    await eventually(() => ground.notices.length === 1);
    await first.stop();
    const { url } = await ground.start();
    await ground.send(signal('pump-1', 'sample', at + 12));
    await eventually(async () => {
      const { windows } = (await (await fetch(`${url}/v1/windows?source=pump-1`)).json()) as any;
      return windows[0]?.elements === 2;
    });
    expect(kinds()).toEqual(['SILENCE pump-1']);
    await ground.send(signal('pump-1', 'sample', at + 22));
    await eventually(() => kinds().includes('SILENCE_ENDED pump-1'));
  });

  it('means nothing of a source that has said it is offline, by HTTP or by its own signal, until it is back', async () => {
    const { get, post } = await begin('offline', {
      silentAfterMs: 200,
      idleTimeoutMs: 200,
      onIdle: 'advance',
      maxIdleMs: 60_000,
    });
    const at = nowSeconds() - 100;
    const untilUs = (at + 100_000) * SECOND;
    const answer = await post('/v1/sources/pump-1/offline', { until: new Date(untilUs / 1000).toISOString() });
    expect([answer.status, await answer.json()]).toEqual([202, expect.objectContaining({ untilUs })]);
    await ground.send(signal('pump-2', 'windlass-offline', at, { phase: 'START' }));
    await eventually(async () => (await get('/v1/watermarks?source=pump-1')).offline?.untilUs === untilUs);
    await eventually(async () => (await get('/v1/watermarks?source=pump-2')).offline?.untilUs === null);
    const pumps = ['pump-1', 'pump-2', 'pump-3'];
    await ground.send(...pumps.flatMap((pump) => [signal(pump, 'sample', at), signal(pump, 'sample', at + 11)]));
    await eventually(() => kinds().includes('SILENCE pump-3'));
    await eventually(() => ground.signalsSeen.some(({ source, cause }) => source === 'pump-3' && cause === 'idle'));
    expect((await post('/v1/sources/pump-2/online', {})).status).toBe(202);
    await eventually(async () => (await get('/v1/watermarks?source=pump-2')).offline === null);
    await eventually(() => kinds().includes('SILENCE pump-2'));
    expect(kinds().filter((kind) => kind.endsWith('pump-1'))).toEqual([]);
    expect(ground.signalsSeen.filter(({ source, cause }) => source === 'pump-1' && cause !== null)).toEqual([]);

    const bad = signal('pump-1', 'windlass-offline', at, { phase: 'POINT' });
    const vague = signal('pump-1', 'windlass-offline', at, { phase: 'START', metadata: { until: 'soon' } });
    await ground.send(bad, vague);
    await eventually(() => ground.deadLetters.length === 2);
    expect(ground.deadLetters.map(({ code }) => code)).toEqual(['BAD_SIGNAL', 'BAD_SIGNAL']);
    expect(ground.deadLetters.map(({ message }) => message).join()).toContain('until "soon" must be microseconds');
    expect((await post('/v1/sources/pump-1/offline', { until: 'soon' })).status).toBe(400);
  });

  it('ends when a source is offline for longer than the policy allows, which is told', async () => {
    const { post } = await begin('offline for too long', { maxOfflineMs: 300, idleTimeoutMs: 100, onIdle: 'advance' });
    const at = nowSeconds() - 100;
    expect((await post('/v1/sources/pump-1/offline', {})).status).toBe(202);
    await ground.send(signal('pump-1', 'sample', at), signal('pump-1', 'sample', at + 11));
    await eventually(() => kinds().includes('OFFLINE_TOO_LONG pump-1'));
    expect(ground.notices[0]!.message).toContain('ten@1 has waited for 300ms, the most its policy allows (maxOffline)');
    await eventually(() => ground.signalsSeen.some(({ cause }) => cause === 'idle'));
  });
});

describe('regress', () => {
  let ground: TriggerGround;
  beforeAll(() => testStack());
  afterEach(() => ground?.close());

  it('is counted for each source, and in all', async () => {
    ground = await TriggerGround.make('regress');
    await ground.define({ windowTypes: [ten], policies: [policyOf(ten, { allowedLatenessUs: 600 * SECOND })] });
    const { url } = await ground.start();
    const mark = (seconds: number) => signal('pump-1', 'mark', seconds, { phase: 'WATERMARK' });
    await ground.send(
      ...[10, 30, 5, 29, 31].map((seconds) => signal('pump-1', 'sample', seconds)),
      signal('pump-2', 'sample', 7),
      mark(40),
      mark(39),
    );
    const regress = async (source: string) => {
      const answer = await fetch(`${url}/v1/watermarks?source=${source}`);
      return answer.ok && ((await answer.json()) as any).regress;
    };
    await eventually(async () => (await regress('pump-1')).watermarks === 1);
    expect(await regress('pump-1')).toEqual({ signals: 2, furthestUs: 25 * SECOND, watermarks: 1 });
    await eventually(async () => (await regress('pump-2'))?.signals === 0);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(valueOf(metrics, 'regress_total', 'of="signals"')).toBe(2);
    expect(valueOf(metrics, 'regress_total', 'of="watermarks"')).toBe(1);
  });
});
