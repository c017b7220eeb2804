import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { OutcomeEvent, Pane, Signal } from '@windlass/contracts';
import type { Algorithm } from '@windlass/dag';
import { eventually as within, testStack, type EventuallyOptions } from '@windlass/testing';
import { policyOf, SECOND, signal, TriggerGround, windowType } from './trigger.fixture.ts';

/** Real servers, which may be shared with much else. */
jest.setTimeout(180_000);
const eventually = <T>(condition: () => T | Promise<T>, options: EventuallyOptions = {}) =>
  within(condition, { deadlineMs: 60_000, ...options });

const life = windowType(
  'life',
  { kind: 'startStop', signal: 'life', onSecondStart: 'ignore', maxDurationUs: 3_600 * SECOND },
  { for: { kind: 'unit' }, metadataFromClose: true },
);
const nested = { align: 'parent', offsetUs: 0, partial: 'keep', kind: 'fixed' } as const;
const cycle = windowType(
  'cycle',
  { ...nested, sizeUs: 2 * SECOND },
  { for: { kind: 'unit' }, parent: 'life@1', keepSignals: { count: 5_000, bytes: 1_000_000 } },
);
const runIn = windowType(
  'run-in',
  { kind: 'startStop', signal: 'life', onSecondStart: 'ignore', maxDurationUs: 20 * SECOND },
  { for: { kind: 'unit' }, parent: 'life@1' },
);
const degradation = windowType(
  'degradation',
  { kind: 'outcome', algorithm: 'deviation@1', when: 'result > 0.5', from: 'start', until: 'parent', once: 'parent' },
  { for: { kind: 'unit' }, parent: 'life@1', reads: [] },
);
const windowTypes = [life, cycle, runIn, degradation];

const deviation: Algorithm = {
  name: 'deviation',
  version: '1',
  owner: 'test',
  processor: 'p',
  bindings: [{ windowType: 'cycle@1', on: ['ON_TIME', 'LATE'] }],
  dependencies: [
    {
      algorithm: 'deviation@1',
      relation: { kind: 'previous', count: 20 },
      onMissing: 'runWithout',
      onFailed: 'skip',
      onProvisional: 'accept',
      waitMs: null,
      onRevision: 'keep',
    },
  ],
  result: { type: 'double' },
  emits: [],
  timeoutMs: 1_000,
  retry: { attempts: 1, backoffMs: 0, backoffFactor: 1, maxBackoffMs: 0, nonRetryable: [] },
  maxResultBytes: 1_000,
};

const lateness = { allowedLatenessUs: 600 * SECOND };
const definitions = {
  windowTypes,
  algorithms: [deviation],
  policies: windowTypes.map((type) => policyOf(type, lateness)),
  sources: ['unit-1', 'unit-2'].map((name) => ({ name, kind: 'unit', groups: [], labels: {} })),
};

/** A unit's life of 60 s, a sample each 100 ms; samples of [20 s, 24 s) are uploaded after 40 s. */
function recording(source: string): Signal[] {
  const at = (seconds: number) => signal(source, 'sample', seconds, { id: `s-${seconds}`, values: { heap: seconds } });
  const samples = Array.from({ length: 600 }, (_, i) => at(1_000 + i / 10));
  const isCutOff = ({ eventTimeUs }: Signal) => eventTimeUs >= 1_020 * SECOND && eventTimeUs < 1_024 * SECOND;
  const arrival = samples.filter((one) => !isCutOff(one));
  const upload = arrival.findIndex(({ eventTimeUs }) => eventTimeUs >= 1_040 * SECOND);
  arrival.splice(upload, 0, ...samples.filter(isCutOff));
  return [
    signal(source, 'life', 1_000, { id: 'start', phase: 'START', metadata: { load: 7 } }),
    ...arrival,
    signal(source, 'life', 1_059, { id: 'stop', phase: 'STOP', metadata: { fault: 'leak' } }),
    signal(source, 'life', 2_000, { id: 'end', phase: 'WATERMARK' }),
  ];
}

const content = ({
  windowId,
  windowType: type,
  key,
  startUs,
  endUs,
  elements,
  previous,
  metadata,
  signals,
  parentWindowId,
}: Pane) => ({
  windowId,
  type,
  key,
  startUs,
  endUs,
  elements,
  previous,
  metadata,
  signals,
  parentWindowId,
});

const outcomeOf = (pane: Pane, result: number): OutcomeEvent => ({
  windowId: pane.windowId,
  generation: 0,
  version: pane.version,
  windowType: pane.windowType,
  key: pane.key,
  startUs: pane.startUs,
  endUs: pane.endUs,
  revision: pane.revision,
  isFinal: pane.isFinal,
  parentWindowId: pane.parentWindowId,
  metadata: pane.metadata,
  completeness: null,
  dagRevision: pane.dagRevision,
  policyRevision: pane.policyRevision,
  lane: 'LIVE',
  depth: pane.depth,
  outcomes: [
    {
      executionId: `${pane.windowId.slice(0, 30)}${String(pane.revision).padStart(2, '0')}`,
      algorithm: 'deviation@1',
      run: pane.revision,
      attempt: 1,
      state: 'SUCCEEDED',
      reason: null,
      result: { value: { double: result } },
      unit: null,
      inputs: [],
      staleInput: false,
      emissions: [],
      knownAtUs: 0,
      startedAtUs: null,
      endedAtUs: null,
      cpuMs: null,
      processor: 'p',
      processorVersion: null,
      instance: null,
    },
  ],
  withdrawn: [],
  openersComplete: true,
  runComplete: true,
});

const withdrawals = (ground: TriggerGround) =>
  ground.events.flatMap(({ event }) =>
    'io.windlass.v1.WindowWithdrawn' in event ? [event['io.windlass.v1.WindowWithdrawn']] : [],
  );

describe('the trigger', () => {
  let ground: TriggerGround;
  beforeAll(() => testStack());
  afterEach(() => ground?.close());

  it('makes panes of a recorded life: cycles meanwhile, late uploads as revisions, all of it at the end', async () => {
    ground = await TriggerGround.make('a recorded life');
    await ground.define(definitions);
    await ground.start();
    await ground.send(...recording('unit-1'));
    await eventually(() => ground.finalPanes('life@1').length === 1 && ground.finalPanes('cycle@1').length === 30);

    const [one] = ground.finalPanes('life@1');
    expect(one).toMatchObject({
      startUs: 1_000 * SECOND,
      endUs: 1_059 * SECOND,
      elements: 590,
      metadata: { load: 7, fault: 'leak' },
    });
    const cycles = ground.finalPanes('cycle@1');
    expect(cycles.map(({ elements }) => elements)).toEqual([...Array.from({ length: 29 }, () => 20), 10]);
    expect(cycles.at(-1)).toMatchObject({ startUs: 1_058 * SECOND, endUs: 1_059 * SECOND });
    expect(cycles[10]).toMatchObject({ timing: 'LATE', elements: 20 });
    for (const [i, pane] of cycles.entries()) {
      expect(pane.signals!.map(({ values }) => values['heap'])).toEqual(
        pane.signals!.map((_, j) => 1_000 + 2 * i + j / 10),
      );
      expect(pane.previous).toEqual([
        { dependency: 'previous(20)', windowIds: cycles.slice(Math.max(0, i - 20), i).map(({ windowId }) => windowId) },
      ]);
      expect([pane.parentWindowId, pane.metadata]).toEqual([one!.windowId, { load: 7 }]);
    }
    expect(ground.finalPanes('run-in@1')).toMatchObject([
      { startUs: 1_000 * SECOND, endUs: 1_020 * SECOND, elements: 200 },
    ]);
    const closed = ground.events.flatMap(({ event }) =>
      'io.windlass.v1.ChildrenClosed' in event ? [event['io.windlass.v1.ChildrenClosed']] : [],
    );
    expect(closed.find(({ childType }) => childType === 'cycle@1')!.childWindowIds).toEqual(
      cycles.map(({ windowId }) => windowId),
    );
    expect(ground.deadLetters).toEqual([]);
  });

  it('ends with the same panes when it is stopped and started in the middle', async () => {
    ground = await TriggerGround.make('restart in the middle');
    await ground.define(definitions);
    const first = await ground.start();
    const [whole, halves] = [recording('unit-1'), recording('unit-2')];
    await ground.send(...whole, ...halves.slice(0, 450));
    await eventually(
      () => ground.finalPanes('life@1').length === 1 && ground.panes('cycle@1').some(({ key }) => key === 'unit-2'),
    );
    await first.stop();
    await ground.start();
    await ground.send(...halves.slice(440));
    await eventually(() => ground.finalPanes('life@1').length === 2 && ground.finalPanes('cycle@1').length === 60);
    const of = (source: string) => ground.finalPanes().filter(({ key }) => key === source);
    const shape = (pane: Pane) => {
      const { windowId: _, parentWindowId: __, key: ___, previous, ...rest } = content(pane);
      return { ...rest, previous: previous.map(({ windowIds }) => windowIds.length) };
    };
    expect(of('unit-2').map(shape)).toEqual(of('unit-1').map(shape));
  });

  it('keeps sliding windows, sessions and windows around points through a stop in the middle', async () => {
    ground = await TriggerGround.make('kinds of windows');
    const kept = { keepSignals: { count: 5_000, bytes: 1_000_000 } };
    const kinds = [
      windowType('hop', { ...nested, kind: 'sliding', align: 'epoch', sizeUs: 10 * SECOND, slideUs: 5 * SECOND }),
      windowType('busy', { kind: 'session', gapUs: 4 * SECOND }, kept),
      windowType('around', { kind: 'point', signal: 'alarm', beforeUs: 3 * SECOND, afterUs: 2 * SECOND }, kept),
    ];
    await ground.define({ windowTypes: kinds, policies: kinds.map((type) => policyOf(type, lateness)) });
    const first = await ground.start();
    const at = (...seconds: number[]) => seconds.map((second) => signal('pump-1', 'sample', 1_000 + second));
    await ground.send(...at(1, 2, 3, 9, 10, 11), signal('pump-1', 'alarm', 1_010), ...at(20));
    await eventually(() => ground.panes('busy@1').length === 2 && ground.panes('around@1').length === 1);
    await first.stop();
    await ground.start();
    await ground.send(...at(6, 8), signal('pump-1', 'end', 2_000, { phase: 'WATERMARK' }));
    const told = (type: string) =>
      ground
        .finalPanes(type)
        .map(({ startUs, endUs, elements }) => [startUs / SECOND - 1_000, endUs / SECOND - 1_000, elements]);
    await eventually(
      () =>
        expect([told('busy@1'), told('around@1'), told('hop@1')]).toEqual([
          [
            [1, 15, 8],
            [20, 24, 1],
          ],
          [[7, 12, 4]],
          [
            [-5, 5, 3],
            [0, 10, 6],
            [5, 15, 5],
            [10, 20, 2],
            [15, 25, 1],
            [20, 30, 1],
          ],
        ]) ?? true,
    );
    const [session] = ground.finalPanes('busy@1');
    expect(session!.signals!.map(({ eventTimeUs }) => eventTimeUs / SECOND - 1_000)).toEqual([
      1, 2, 3, 6, 8, 9, 10, 11,
    ]);
    expect(withdrawals(ground)).toMatchObject([{ startUs: 1_009 * SECOND, replacedBy: [session!.windowId] }]);
  });

  it('keeps what conditions, states and counts have seen, and windows within sessions, through a stop in the middle', async () => {
    ground = await TriggerGround.make('observed windows');
    const lasting = { signal: 'sample', minDurationUs: 0, maxDurationUs: 600 * SECOND, maxGapUs: null };
    const kinds = [
      windowType('hot', { ...lasting, kind: 'condition', from: 'values.load > 0.5', to: null, minBreakUs: 2 * SECOND }),
      windowType('level', { ...lasting, kind: 'state', of: 'values.load > 0.5 ? "high" : "low"', as: null }),
      windowType('three', { kind: 'count', size: 3, maxDurationUs: 600 * SECOND }),
      windowType('busy', { kind: 'session', gapUs: 4 * SECOND }),
      { ...windowType('of-busy', { ...nested, sizeUs: 3 * SECOND }), parent: 'busy@1' },
    ];
    await ground.define({ windowTypes: kinds, policies: kinds.map((type) => policyOf(type, lateness)) });
    const first = await ground.start();
    const at = (second: number, load: number) => signal('pump-1', 'sample', 1_000 + second, { values: { load } });
    await ground.send(at(0, 0.1), at(1, 0.9), at(2, 0.9), at(4, 0.1), at(8, 0.9), at(9, 0.2));
    await eventually(() => ground.panes('of-busy@1').length > 0 && ground.panes('three@1').length === 1);
    await first.stop();
    await ground.start();
    await ground.send(at(5, 0.8), at(10, 0.1), signal('pump-1', 'end', 2_000, { phase: 'WATERMARK' }));
    const told = (type: string) =>
      ground
        .finalPanes(type)
        .map(({ startUs, endUs, elements }) =>
          [startUs, endUs].map((us) => (us - 1_000 * SECOND) / SECOND).concat(elements),
        );
    await eventually(
      () =>
        expect({
          hot: told('hot@1'),
          level: told('level@1'),
          three: told('three@1'),
          busy: told('busy@1'),
          ofBusy: told('of-busy@1'),
        }).toEqual({
          hot: [[1, 9, 5]],
          level: [
            [0, 1, 1],
            [1, 4, 2],
            [4, 5, 1],
            [5, 9, 2],
            [9, 609, 2],
          ],
          three: [
            [0, 2.000001, 3],
            [4, 8.000001, 3],
            [9, 609, 2],
          ],
          busy: [[0, 14, 8]],
          ofBusy: [
            [0, 3, 3],
            [3, 6, 2],
            [6, 9, 1],
            [9, 12, 2],
          ],
        }) ?? true,
    );
  });

  it('counts for a group what its members send to other partitions, once, through a stop in the middle', async () => {
    ground = await TriggerGround.make('windows of a group');
    const perLine = windowType('per-line', { ...nested, align: 'epoch', sizeUs: 2 * SECOND, scope: 'group' });
    const pumps = Array.from({ length: 8 }, (_, i) => `pump-${i}`);
    await ground.define({
      windowTypes: [perLine],
      policies: [policyOf(perLine, lateness)],
      sources: pumps.map((name) => ({ name, kind: 'pump', groups: ['line-1'], labels: {} })),
    });
    const first = await ground.start();
    const at = (...seconds: number[]) =>
      pumps.flatMap((pump) => seconds.map((second) => signal(pump, 'sample', 1_000 + second)));
    await ground.send(...at(0, 1, 3));
    await eventually(() => ground.panes('per-line@1').length === 1);
    await first.stop();
    await ground.start();
    await ground.send(...at(1.5, 4, 5), ...pumps.map((pump) => signal(pump, 'end', 2_000, { phase: 'WATERMARK' })));
    await eventually(
      () =>
        expect(
          ground
            .finalPanes('per-line@1')
            .map(({ key, startUs, elements }) => [key, startUs / SECOND - 1_000, elements]),
        ).toEqual([
          ['line-1', 0, 24],
          ['line-1', 2, 8],
          ['line-1', 4, 16],
        ]) ?? true,
    );
    expect(ground.deadLetters).toEqual([]);
  });

  it('opens a window by the earliest outcome that meets its condition, and withdraws the one that was first known', async () => {
    ground = await TriggerGround.make('opened by an outcome');
    await ground.define(definitions);
    await ground.start();
    await ground.send(...recording('unit-1'));
    await eventually(() => ground.finalPanes('cycle@1').length === 30 && ground.finalPanes('life@1').length === 1);
    const cycles = ground.finalPanes('cycle@1');
    await ground.tell(outcomeOf(cycles[20]!, 0.9), outcomeOf(cycles[25]!, 0.9), outcomeOf(cycles[3]!, 0.1));
    const [first] = await eventually(
      () => ground.finalPanes('degradation@1').length > 0 && ground.finalPanes('degradation@1'),
    );
    expect(first).toMatchObject({
      startUs: cycles[20]!.startUs,
      endUs: 1_059 * SECOND,
      timing: 'ON_TIME',
      depth: 1,
      openedBy: { windowId: cycles[20]!.windowId, algorithm: 'deviation@1' },
    });
    await ground.tell(outcomeOf(cycles[18]!, 0.8));
    await eventually(() => ground.finalPanes('degradation@1')[0]!.startUs === cycles[18]!.startUs);
    const [second] = ground.finalPanes('degradation@1');
    expect(withdrawals(ground)).toMatchObject([{ windowId: first!.windowId, replacedBy: [second!.windowId] }]);
  });

  it('sends what it cannot use to the dead letters with the reason, and goes on', async () => {
    ground = await TriggerGround.make('dead letters');
    await ground.define(definitions);
    await ground.start();
    const good = recording('unit-1');
    await ground.send(
      { ...good[0]!, id: 'bad-name', name: 'Life!' },
      { ...good[0]!, id: 'x'.repeat(300) },
      signal('unit-1', 'sample', 1, { values: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`v${i}`, i])) }),
      signal('unit-1', 'sample', 1, { count: 0 }),
      signal('unit-1', 'life', 5, { phase: 'STOP', id: 'lonely' }),
      ...good,
    );
    await ground.emit(
      {
        id: 'e1',
        windowType: 'nowhere@1',
        key: 'unit-1',
        startUs: 1,
        endUs: 2,
        emissionKey: null,
        metadata: {},
        parentWindowId: null,
        owner: null,
      },
      {
        id: 'e2',
        windowType: 'cycle@1',
        key: 'unit-1',
        startUs: 2,
        endUs: 2,
        emissionKey: null,
        metadata: {},
        parentWindowId: null,
        owner: null,
      },
    );
    await eventually(() => ground.finalPanes('life@1').length === 1 && ground.deadLetters.length >= 7);
    expect(ground.deadLetters.map(({ code }) => code).sort()).toEqual([
      'BAD_SIGNAL',
      'BAD_SIGNAL',
      'BAD_SIGNAL',
      'BAD_SIGNAL',
      'EMPTY_WINDOW',
      'STOP_WITHOUT_START',
      'UNKNOWN_WINDOW_TYPE',
    ]);
    expect(ground.deadLetters.find(({ code }) => code === 'UNKNOWN_WINDOW_TYPE')!.message).toContain('nowhere@1');
  });

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
