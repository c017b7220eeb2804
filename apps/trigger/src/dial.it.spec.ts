import { afterEach, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { eventually, policyOf, SECOND, signal, TriggerGround, windowType } from './trigger.fixture.ts';

/** Real servers, which may be shared with much else. */
jest.setTimeout(180_000);

const MS = 1_000;
const two = windowType('two', { kind: 'fixed', sizeUs: 2 * SECOND, offsetUs: 0, align: 'epoch', partial: 'keep' });

let ground: TriggerGround;
afterEach(() => ground.close());

/** Two windows become final, one after a late revision; a third stays open; an element is too late for all. */
const story = (source: string, fromSeconds: number) =>
  [0.1, 1, 2.1, 2.6, 1.5, 20, 0.2].map((seconds) => signal(source, 'sample', fromSeconds + seconds));

const json = async (address: string): Promise<any> => (await fetch(address)).json();

describe('the record of the dial', () => {
  it('tells of all sources how late their data was and what panes said when; history apart; a restart changes nothing. Turning it reaches silent sources', async () => {
    ground = await TriggerGround.make('dial-record');
    await ground.define({ windowTypes: [two], policies: [policyOf(two, { allowedLatenessUs: 10 * SECOND })] });
    let service = await ground.start();
    const recently = Math.floor(Date.now() / 2_000) * 2 - 60;
    const sources = ['pump-1', 'pump-2', 'pump-3', 'pump-4'];
    await ground.send(...sources.flatMap((source) => story(source, recently)), ...story('archive', 1_000_000));

    const answer = (rest = '') => json(`${service.url}/v1/dial/two@1${rest}`);
    const live = await eventually(async () => {
      const found = await answer();
      return found.dropped === 4 && found;
    });
    expect(live).toMatchObject({
      windowType: 'two@1',
      history: false,
      elements: 28,
      windows: 8,
      withdrawn: 0,
      panes: { early: 0, onTime: 8, late: 4 },
      revisions: { late: 4, other: 0 },
      samples: { first: 16, onTime: 16, final: 20 },
      lateness: {
        element: [
          { upToUs: 0, count: 20 },
          { upToUs: 1_100 * MS, count: 4 },
          { upToUs: 20 * SECOND, count: 4 },
        ],
        // The element that was dropped needed 18 s and 1 µs for its window, which had needed 600 ms and 1 µs before.
        window: [
          { upToUs: 0, count: 4 },
          { upToUs: 19 * SECOND, count: 4 },
        ],
        revision: [{ upToUs: 650 * MS, count: 4 }],
      },
      eventDelays: { onTime: { windows: 8, p50Us: 600 * MS }, final: { windows: 8, p95Us: 18 * SECOND } },
    });
    expect(live.curve).toContainEqual({ delayUs: 1_100 * MS, elements: 24, windows: 4, spared: 4 });
    expect(live.delays.first.p50Us).toBeGreaterThanOrEqual(50 * SECOND);
    expect(live.delays.first).toEqual(live.delays.onTime);
    expect(await json(`${service.url}/v1/dial?windowType=two@1&windowType=tow@1`)).toEqual({
      windowTypes: [{ windowType: 'two@1', elements: 28, element: live.lateness.element }],
    });
    const history = await answer('?history=true');
    expect([history.elements, history.windows, history.delays.first.p50Us]).toEqual([7, 2, null]);

    await service.stop();
    service = await ground.start();
    const { lateness, panes } = await answer('?since=2h');
    expect({ lateness, panes }).toEqual({ lateness: live.lateness, panes: live.panes });

    // Turned while nobody runs, and again: the last window of each source is open, and none of them sends any more.
    await service.stop();
    const turnTo = (number: number, rest: Parameters<typeof policyOf>[1]) =>
      ground.define({
        windowTypes: [two],
        policies: [policyOf(two, { number, allowedLatenessUs: 10 * SECOND, ...rest })],
      });
    const panesOf = (policyRevision: number) =>
      ground
        .panes()
        .filter((pane) => pane.policyRevision === policyRevision)
        .map(
          ({ key, timing, startUs }) =>
            `${key} ${timing} ${startUs / SECOND - (key === 'archive' ? 1_000_000 : recently)}`,
        )
        .sort();
    const everyone = (timing: string) => ['archive', ...sources].map((source) => `${source} ${timing} 20`);
    await turnTo(2, { early: { everyMs: 100 } });
    service = await ground.start();
    await eventually(() => panesOf(2).length >= 5);
    expect(panesOf(2)).toEqual(everyone('EARLY'));
    await turnTo(3, { onIdle: 'advance', idleTimeoutMs: 1_000, maxIdleMs: 3_600_000 });
    await eventually(() => panesOf(3).length >= 5);
    expect(panesOf(3)).toEqual(everyone('ON_TIME'));
  });

  it('says what it does not know, and what it does not understand', async () => {
    ground = await TriggerGround.make('dial-unknown');
    await ground.define({ windowTypes: [two] });
    const { url } = await ground.start();
    const nothing = await eventually(async () => {
      const response = await fetch(`${url}/v1/dial/two@1`);
      return response.status === 200 && ((await response.json()) as any);
    });
    expect(nothing).toMatchObject({ elements: 0, windows: 0, delays: { first: { windows: 0, p50Us: null } } });
    expect(nothing.curve).toEqual([{ delayUs: 0, elements: 0, windows: 0, spared: 0 }]);
    const unknown = await fetch(`${url}/v1/dial/tow@1`);
    expect([unknown.status, ((await unknown.json()) as any).code]).toEqual([404, 'UNKNOWN_WINDOW_TYPE']);
    for (const wrong of ['since=soon', 'since=0s', 'history=maybe', 'until=1d'])
      expect([wrong, (await fetch(`${url}/v1/dial/two@1?${wrong}`)).status]).toEqual([wrong, 400]);
    for (const wrong of ['', 'windowType=two@1&since=soon', 'windowType=two@1&'.repeat(51)])
      expect([wrong, (await fetch(`${url}/v1/dial?${wrong}`)).status]).toEqual([wrong, 400]);
  });
});

/** Of all partitions, as they were written with the last batches. */
async function storedOpenWindows(connectionString: string): Promise<number> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const { rows } = await client.query<{ counts: Record<string, number> }>('SELECT counts FROM trigger.open_windows');
  await client.end();
  return rows.reduce((sum, { counts }) => sum + (counts['two@1'] ?? 0), 0);
}

async function storedBlocks(connectionString: string): Promise<number> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const { rows } = await client.query<{ blocks: number }>('SELECT count(*)::integer AS blocks FROM trigger.sealed_ids');
  await client.end();
  return rows[0]!.blocks;
}

describe('the metrics of the trigger', () => {
  it('tell by window type what is open, how far watermarks are behind, what fired and what was dropped', async () => {
    ground = await TriggerGround.make('dial-metrics');
    await ground.define({ windowTypes: [two], policies: [policyOf(two, { allowedLatenessUs: 10 * SECOND })] });
    let service = await ground.start();
    const recently = Math.floor(Date.now() / 2_000) * 2 - 60;
    await ground.send(...['pump-1', 'pump-2', 'pump-3'].flatMap((source) => story(source, recently)));

    const values = async () => {
      const text = await (await fetch(`${service.url}/metrics`)).text();
      const valueOf = (name: string, labels = 'window_type="two@1"') => {
        const line = text
          .split('\n')
          .find((one) => one.startsWith(`windlass_trigger_${name}{`) && one.includes(labels));
        return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
      };
      return {
        open: valueOf('open_windows'),
        lag: valueOf('watermark_lag_seconds'),
        onTime: valueOf('panes_total', 'timing="ON_TIME",window_type="two@1"'),
        late: valueOf('panes_total', 'timing="LATE",window_type="two@1"'),
        dropped: valueOf('dropped_elements_total'),
        rejected: valueOf('rejected_total', 'code="LATE"'),
        duplicates: valueOf('signals_total', 'fate="duplicates"'),
      };
    };
    const seen = await eventually(async () => {
      const found = await values();
      return found.dropped === 3 && found;
    });
    // Counted with the step, and stored with its commit.
    const open = await eventually(async () => {
      const found = await json(`${service.url}/v1/open-windows`);
      return found.windowTypes[0]?.open === 3 && found;
    });
    expect(open).toEqual({ windowTypes: [{ windowType: 'two@1', open: 3 }] });
    expect(seen).toMatchObject({ open: 3, onTime: 6, late: 3, rejected: 3 });
    expect(seen.lag).toBeGreaterThan(35);
    expect(seen.lag).toBeLessThan(600);

    await service.stop();
    expect(await storedOpenWindows(ground.postgresUrl)).toBe(3);
    service = await ground.start();
    await eventually(async () => (await values()).open === 3);
    await ground.send(signal('pump-1', 'sample', recently + 40), signal('pump-4', 'sample', recently + 40));
    await eventually(async () => (await values()).open === 4);

    // A request whose answer was lost: most of its ids are not in the state of the source any more.
    const request = Array.from({ length: 3_000 }, (_, i) => signal('pump-5', 'sample', recently + 50 + i / 2_000));
    await ground.send(...request);
    await ground.send(...request.slice(0, 2_000), signal('pump-5', 'sample', recently + 63));
    const told = await eventually(() =>
      ground.panes().find(({ key, timing }) => key === 'pump-5' && timing === 'ON_TIME'),
    );
    expect(told.elements).toBe(3_000);
    await eventually(async () => (await values()).duplicates === 2_000);
    expect(await storedBlocks(ground.postgresUrl)).toBeGreaterThan(0);
    await ground.send(signal('pump-5', 'sample', recently + 63 + 65));
    await eventually(async () => (await storedBlocks(ground.postgresUrl)) === 0);
  });
});
