import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Pane } from '@windlass/contracts';
import { testStack } from '@windlass/testing';
import { definitions, recording } from './recorded-life.fixture.ts';
import { eventually, SECOND, signal, TriggerGround } from './trigger.fixture.ts';

/** Real servers, which may be shared with much else. */
jest.setTimeout(180_000);

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
});
