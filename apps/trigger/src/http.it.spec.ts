import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { testStack } from '@windlass/testing';
import { definitions } from './recorded-life.fixture.ts';
import { eventually, lateness, policyOf, signal, TriggerGround, windowType } from './trigger.fixture.ts';

/** Real servers, which may be shared with much else. */
jest.setTimeout(180_000);

describe('the trigger', () => {
  let ground: TriggerGround;
  beforeAll(() => testStack());
  afterEach(() => ground?.close());

  it('opens windows by HTTP, once, and refuses what cannot be one', async () => {
    ground = await TriggerGround.make('emissions by http');
    const inspection = windowType('inspection', { kind: 'emission' }, { for: {} });
    await ground.define({ windowTypes: [inspection], policies: [policyOf(inspection, lateness)] });
    const { url } = await ground.start();
    const post = async (...emissions: object[]): Promise<[number, any]> => {
      const answer = await fetch(`${url}/v1/emissions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ emissions }),
      });
      return [answer.status, await answer.json()];
    };
    await ground.send(signal('unit-1', 'sample', 1_800_000_000));
    const one = {
      windowType: 'inspection@1',
      source: 'unit-1',
      start: '2024-01-01T00:00:00Z',
      end: '2024-01-01T01:00:00Z',
    };
    const [status, { ids }] = await post({ ...one, metadata: { by: 'ann' } });
    expect([status, ids]).toEqual([202, [expect.stringMatching(/^[0-9a-f]{32}$/)]]);
    expect(await post({ ...one, metadata: { by: 'ann' } })).toEqual([202, { accepted: 1, ids }]);
    expect(await post(one, { ...one, end: one.start })).toMatchObject([
      422,
      { code: 'EMPTY_WINDOW', problems: [{ path: 'emissions[1]' }] },
    ]);
    await post({ ...one, windowType: 'inspektion@1', source: 'unit-2' });
    await eventually(() => ground.deadLetters.length > 0);
    expect(ground.deadLetters).toMatchObject([{ code: 'UNKNOWN_WINDOW_TYPE', key: 'unit-2' }]);
    const panes = await eventually(() => ground.panes('inspection@1').length > 0 && ground.panes('inspection@1'));
    expect(panes).toMatchObject([{ key: 'unit-1', revision: 0, metadata: { by: 'ann' } }]);
  });

  it('takes signals by HTTP, and tells open windows and watermarks', async () => {
    ground = await TriggerGround.make('http');
    await ground.define(definitions);
    const { url } = await ground.start();
    const post = (signals: unknown) =>
      fetch(`${url}/v1/signals`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ signals }),
      });
    const answer = await post([
      { source: 'unit-1', id: 'a', name: 'life', phase: 'START', eventTime: '2024-01-01T00:00:00.000001Z' },
      ...Array.from({ length: 30 }, (_, i) => ({
        source: 'unit-1',
        id: `s${i}`,
        name: 'sample',
        eventTime: 1_704_067_200_000_001 + i * 100_000,
      })),
    ]);
    expect([answer.status, await answer.json()]).toEqual([202, { accepted: 31 }]);
    const refused = await post([{ source: 'unit-1', id: 'a', name: 'NOT A NAME', eventTime: 1 }]);
    expect([refused.status, ((await refused.json()) as any).problems[0].path]).toEqual([422, 'signals[0]']);

    const { status } = await fetch(`${url}/v1/signals`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify([
        {
          specversion: '1.0',
          type: 'io.windlass.signals.v1',
          source: '//gateway',
          id: 'ce-1',
          subject: 'unit-2',
          time: '2024-01-01T00:00:00.000002Z',
          data: { name: 'sample' },
        },
      ]),
    });
    expect(status).toBe(202);
    await eventually(() => ground.signalsSeen.some(({ id, source }) => id === 'ce-1' && source === 'unit-2'));
    expect(ground.signalsSeen.find(({ id }) => id === 'ce-1')).toMatchObject({ eventTimeUs: 1_704_067_200_000_002 });

    await eventually(() => ground.panes('cycle@1').length === 1);
    const get = async (path: string): Promise<any> => (await fetch(`${url}${path}`)).json();
    const page = await eventually(async () => {
      const found = await get('/v1/windows?source=unit-1&state=open&limit=2');
      return found.windows.length === 2 && found;
    });
    expect(page.windows[0]).toMatchObject({
      windowType: 'life@1',
      state: 'open',
      startUs: 1_704_067_200_000_001,
      elements: 30,
    });
    const rest = await get(`/v1/windows?state=open&limit=2&cursor=${page.nextCursor}`);
    expect(
      [...page.windows, ...rest.windows].map(({ windowType: type }: { windowType: string }) => type).sort(),
    ).toEqual(['cycle@1', 'life@1', 'run-in@1']);
    expect((await get('/v1/watermarks?source=unit-1')).watermarks).toContainEqual(
      expect.objectContaining({ windowType: 'cycle@1', watermarkUs: 1_704_067_200_000_001 + 29 * 100_000 - 500_000 }),
    );
  });
});
