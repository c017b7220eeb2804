import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { testStack } from '@windlass/testing';
import {
  eventually,
  lateness,
  nested,
  policyOf,
  SECOND,
  signal,
  TriggerGround,
  windowType,
} from './trigger.fixture.ts';

/** Real servers, which may be shared with much else. */
jest.setTimeout(180_000);

describe('the trigger', () => {
  let ground: TriggerGround;
  beforeAll(() => testStack());
  afterEach(() => ground?.close());

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
    expect(ground.withdrawals()).toMatchObject([{ startUs: 1_009 * SECOND, replacedBy: [session!.windowId] }]);
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
});
