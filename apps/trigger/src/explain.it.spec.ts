import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { testStack } from '@windlass/testing';
import { eventually, policyOf, SECOND, signal, TriggerGround, windowType } from './trigger.fixture.ts';

/** Real servers, which may be shared with much else. */
jest.setTimeout(180_000);

const grid = windowType(
  'grid',
  { kind: 'fixed', sizeUs: 10 * SECOND, offsetUs: 0, align: 'epoch', partial: 'keep' },
  { keepSignals: { count: 2, bytes: 1_000_000 } },
);
const life = windowType(
  'life',
  { kind: 'startStop', signal: 'life', onSecondStart: 'ignore', maxDurationUs: 3_600 * SECOND },
  { for: { kind: 'unit' } },
);
const definitions = {
  windowTypes: [grid, life],
  policies: [policyOf(grid, { allowedLatenessUs: 20 * SECOND }), policyOf(life, { allowedLatenessUs: 3_600 * SECOND })],
  sources: [{ name: 'unit-1', kind: 'unit', groups: [], labels: {} }],
};

const at = (second: number, rest: Parameters<typeof signal>[3] = {}) =>
  signal('unit-1', 'sample', second, { id: `s-${second}`, ...rest });

describe('a window and what can be asked about it', () => {
  let ground: TriggerGround;
  let url: string;
  beforeAll(() => testStack());
  afterEach(() => ground?.close());

  const ask = async (path: string): Promise<any> => {
    const answer = await fetch(`${url}/v1/windows/${path}`);
    return { status: answer.status, ...((await answer.json()) as object) };
  };
  const codes = (sentences: { code: string }[]) => sentences.map(({ code }) => code);

  it('is explained by its id alone, open, fired and forgotten, through a restart', async () => {
    ground = await TriggerGround.make('explain through a restart');
    await ground.define(definitions);
    const first = await ground.start();
    url = first.url;
    await ground.send(at(1_001), at(1_002), at(1_003), at(1_004), at(1_012));
    await eventually(() => ground.panes('grid@1').length === 1);
    const { windowId } = ground.panes('grid@1')[0]!;

    const fired = await ask(`${windowId}/explain`);
    expect(fired).toMatchObject({
      source: 'unit-1',
      windowType: 'grid@1',
      startUs: 1_000 * SECOND,
      endUs: 1_010 * SECOND,
    });
    expect(codes(fired.timeline)).toEqual(['OPENED', 'FIRED_ON_TIME']);
    expect(fired.timeline[0].text).toContain('by the signal sample (id s-1001, event time 1970-01-01T00:16:41Z)');
    expect(codes(fired.now)).toEqual(['WAITS_FOR_LATENESS']);
    expect(fired.headline.text).toContain('1970-01-01T00:17:10Z');

    const open = (await ask('explain?type=grid@1&source=unit-1&at=1970-01-01T00:16:53Z')).headline;
    expect(open.code).toBe('WINDOW_EXISTS');
    expect((await ask(`${open.facts.windowId}/explain`)).headline.code).toBe('WAITS_FOR_WATERMARK');

    await first.stop();
    url = (await ground.start()).url;
    await ground.send(at(1_005));
    await eventually(() => ground.panes('grid@1').length === 2);
    await ground.send(at(1_060), at(1_006));
    await eventually(() => ground.deadLetters.length === 1);
    const over = await ask(`${windowId}/explain`);
    expect(codes(over.timeline)).toEqual(['OPENED', 'FIRED_ON_TIME', 'FIRED_LATE', 'FINALIZED']);
    expect(over.headline.code).toBe('IS_OVER');
    expect(codes(over.drops)).toEqual(['LATE']);

    const gone = await ask(`explain?type=grid@1&source=unit-1&at=${1_005 * SECOND}`);
    expect([gone.headline.code, gone.headline.facts.windowId]).toEqual(['WINDOW_WAS', windowId]);
    expect((await ask(`explain?type=grid@1&source=unit-1&at=${1_025 * SECOND}`)).headline.code).toBe('NO_SIGNAL_NEAR');
    expect((await ask(`explain?type=life@1&source=unit-1&at=${1_005 * SECOND}`)).headline.code).toBe('NO_START');
    const undeclared = (await ask(`explain?type=life@1&source=unit-9&at=${1_005 * SECOND}`)).headline;
    expect([undeclared.code, undeclared.facts.part]).toEqual(['TYPE_NOT_FOR_SOURCE', 'kind']);
    expect((await ask(`explain?type=gird@1&source=unit-1&at=5`)).headline.text).toContain('Did you mean "grid@1"?');
    expect(await ask('explain?type=grid@1&source=unit-1&at=noon')).toMatchObject({ status: 400 });
    expect(await ask(`${'0'.repeat(32)}/explain`)).toMatchObject({ status: 404, code: 'UNKNOWN_WINDOW' });
  });

  it("is explained by its group's members, or by what signals told, as its kind is", async () => {
    ground = await TriggerGround.make('explain kinds');
    const line = windowType(
      'line',
      { kind: 'fixed', sizeUs: 10 * SECOND, offsetUs: 0, align: 'epoch', partial: 'keep', scope: 'group' },
      { for: { kind: 'unit' } },
    );
    const hot = windowType('hot', {
      kind: 'condition',
      signal: 'sample',
      from: 'values.heat > 80.0',
      to: null,
      minDurationUs: 5 * SECOND,
      minBreakUs: 0,
      maxDurationUs: 3_600 * SECOND,
      maxGapUs: null,
    });
    const of = (name: string) => ({ name, kind: 'unit', groups: ['line-1'], labels: {} });
    await ground.define({
      windowTypes: [line, hot],
      policies: [policyOf(line, { allowedLatenessUs: 60 * SECOND }), policyOf(hot, { allowedLatenessUs: 60 * SECOND })],
      sources: [of('unit-1'), of('unit-2')],
    });
    url = (await ground.start()).url;
    const heat = (second: number, value: number) => at(second, { values: { heat: value } });
    await ground.send(heat(1_001, 20), heat(1_002, 90), heat(1_004, 20), heat(1_012, 90), heat(1_031, 90));
    const line1 = await eventually(async () => {
      const answer = await ask(`explain?type=line@1&source=line-1&at=${1_005 * SECOND}`);
      return answer.headline?.code === 'WINDOW_EXISTS' && answer.headline;
    });
    const { now, timeline } = await ask(`${line1.facts.windowId}/explain`);
    expect(codes(now)).toEqual(['MEMBERS_HOLD_UP', 'MEMBERS_UNHEARD']);
    expect(now[0].text).toBe('It has not fired: it waits for unit-2 to be at 1970-01-01T00:16:50Z, its end.');
    expect(timeline[0].text).toContain('Opened by a report of its member unit-1');
    const codesAt = async (type: string, source: string, second: number) =>
      codes((await ask(`explain?type=${type}&source=${source}&at=${second * SECOND}`)).now);
    expect(await codesAt('line@1', 'line-1', 1_035)).toEqual(['WAITS_FOR_MEMBERS', 'MEMBER_BEHIND', 'MEMBERS_UNHEARD']);
    expect(await codesAt('line@1', 'unit-1', 1_005)).toEqual(['WINDOWS_OF_GROUPS']);
    expect(await codesAt('line@1', 'line-2', 1_005)).toEqual(['NOT_A_GROUP']);
    expect(await codesAt('hot@1', 'line-1', 1_005)).toEqual(['IS_A_GROUP']);
    expect(await codesAt('hot@1', 'unit-1', 1_003)).toEqual(['HELD_TOO_SHORT']);
    expect(await codesAt('hot@1', 'unit-1', 1_008)).toEqual(['ENDED_BY_SIGNAL', 'NEXT_OPENS']);
    const open = (await ask(`explain?type=hot@1&source=unit-1&at=${1_020 * SECOND}`)).headline;
    expect(codes((await ask(`${open.facts.windowId}/explain`)).now)[0]).toBe('STILL_OPEN');
  });

  it('has its signals read a page at a time, beyond what its pane carried, also when it is over', async () => {
    ground = await TriggerGround.make('kept signals of a window');
    await ground.define(definitions);
    const first = await ground.start();
    await ground.send(
      at(1_003, { id: 'z' }),
      at(1_003, { id: 'a', values: { heap: Number.NaN } }),
      at(1_003, { id: 'ä' }),
      at(1_001),
      signal('unit-1', 'life', 1_002, { phase: 'START' }),
      at(1_012),
      at(1_060),
    );
    await eventually(() => ground.panes('grid@1').length >= 2);
    await first.stop();
    url = (await ground.start()).url;
    const pane = ground.panes('grid@1').find(({ startUs }) => startUs === 1_000 * SECOND)!;
    expect([pane.elements, pane.signals!.length]).toEqual([4, 2]);

    const page = await ask(`${pane.windowId}/signals?limit=3`);
    const rest = await ask(`${pane.windowId}/signals?limit=3&cursor=${page.nextCursor}`);
    expect([...page.signals, ...rest.signals].map(({ id }: { id: string }) => id)).toEqual(['s-1001', 'a', 'z', 'ä']);
    expect(page.signals[1].values).toEqual({ heap: 'NaN' });
    expect([page.signals.length, rest.nextCursor, rest.truncated, rest.deletedBeforeUs]).toEqual([
      3,
      null,
      false,
      null,
    ]);
    const listed: any = await (await fetch(`${url}/v1/windows?source=unit-1&type=life@1`)).json();
    const [lifeOpen] = listed.windows;
    expect(await ask(`${lifeOpen.windowId}/signals`)).toMatchObject({ status: 409, code: 'KEEPS_NO_SIGNALS' });
    expect(await ask(`${pane.windowId}/signals?cursor=x`)).toMatchObject({ status: 400 });
  });

  it('says that signals are deleted once they are older than the retention', async () => {
    ground = await TriggerGround.make('kept signals deleted');
    await ground.define(definitions);
    url = (await ground.start({ WINDLASS_TRIGGER_KEPT_RETENTION_HOURS: '1' })).url;
    await ground.send(at(1_001), at(1_060), at(1_001 + 3_000));
    await eventually(() => ground.panes('grid@1').length === 2);
    const { windowId } = ground.panes('grid@1')[0]!;
    expect(await ask(`${windowId}/signals`)).toMatchObject({ signals: [{ id: 's-1001' }], truncated: false });
    await ground.send(at(1_001 + 7_200));
    const emptied = await eventually(async () => {
      const answer = await ask(`${windowId}/signals`);
      return answer.signals.length === 0 && answer;
    });
    expect(emptied.truncated).toBe(true);
    // Up to a 512th of the hour behind what may be deleted.
    expect(emptied.deletedBeforeUs).toBeGreaterThan(4_590 * SECOND);
    expect(emptied.deletedBeforeUs).toBeLessThanOrEqual(4_601 * SECOND);
  });

  it('is explained by what is held alone when no journal is written', async () => {
    ground = await TriggerGround.make('explain without a journal');
    await ground.define(definitions);
    url = (await ground.start({ WINDLASS_TRIGGER_JOURNAL_RETENTION_HOURS: '0' })).url;
    await ground.send(at(1_001), at(1_012));
    await eventually(() => ground.panes('grid@1').length === 1);
    const { windowId } = ground.panes('grid@1')[0]!;
    expect(await ask(`${windowId}/explain`)).toMatchObject({ status: 404, code: 'UNKNOWN_WINDOW' });
    const explained = await ask(`${windowId}/explain?source=unit-1`);
    expect([codes(explained.timeline), codes(explained.now)]).toEqual([[], ['WAITS_FOR_LATENESS', 'OPENED']]);
  });
});
