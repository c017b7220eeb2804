import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { OutcomeEvent, Pane } from '@windlass/contracts';
import { testStack } from '@windlass/testing';
import { definitions, recording } from './recorded-life.fixture.ts';
import { eventually, SECOND, TriggerGround } from './trigger.fixture.ts';

/** Real servers, which may be shared with much else. */
jest.setTimeout(180_000);

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

describe('the trigger', () => {
  let ground: TriggerGround;
  beforeAll(() => testStack());
  afterEach(() => ground?.close());

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
    expect(ground.withdrawals()).toMatchObject([{ windowId: first!.windowId, replacedBy: [second!.windowId] }]);
  });
});
