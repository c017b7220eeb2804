import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, namespaceOf } from '@windlass/testing';
import { algorithm, dagOf, idOf, paneOf, same } from './testing/fixture.ts';
import { TestHub, type Work } from './testing/hub.ts';

const work: Work = ({ pane }) => pane.elements;

const a = (rest: object) => ({ ...same('a'), algorithm: 'a@1.4.0', asked: 'a@^1.2', ...rest });

describe('what dependencies wish, on Kafka and Postgres', () => {
  const hub = new TestHub(namespaceOf('dependencies'), ['p', 'q', 'idle']);

  beforeAll(async () => {
    await hub.start(
      dagOf(1, [
        algorithm('a', 'p', [], { version: '1.4.0' }),
        algorithm('complete', 'q', [a({ minCompleteness: 0.9, onIncomplete: 'wait' })]),
        algorithm('without', 'q', [a({ minCompleteness: 0.9, onIncomplete: 'runWithout' })]),
        algorithm('any', 'q', [a({})]),
        algorithm('final', 'q', [a({ onProvisional: 'wait', waitMs: 1_500, afterWait: 'accept' })]),
      ]),
    );
    await Promise.all([hub.process('p', work), hub.process('q', work)]);
  }, 120_000);
  afterAll(() => hub.stop(), 60_000);

  const soon = (assertion: () => void) => eventually(() => (assertion(), true));
  const fired = (rest: object) => paneOf('w', { isFinal: false, ...rest });
  /** How many inputs the latest run of each algorithm had. */
  const told = () =>
    Object.fromEntries(
      hub.outcomes
        .filter(({ windowId }) => windowId === idOf('w'))
        .flatMap(({ outcomes }) => outcomes.map(({ algorithm: name, inputs }) => [name, inputs.length])),
    );

  it('leaves out, waits, and accepts after a wait; tells the processor what a range stands for and what is withheld', async () => {
    await hub.send(fired({ completeness: 0.5, elements: 3 }));
    await soon(() => expect(told()).toEqual({ 'a@1.4.0': 0, 'any@1': 1, 'final@1': 1, 'without@1': 0 }));
    const task = hub.tasks.find(({ executions }) => executions.some(({ algorithm: name }) => name === 'without@1'))!;
    const execution = task.executions.find(({ algorithm: name }) => name === 'without@1')!;
    expect(execution).toMatchObject({
      resolved: [{ asked: 'a@^1.2', algorithm: 'a@1.4.0' }],
      withheld: [{ dependency: 0, executionIds: [task.inputs[0]!.executionId] }],
    });
    expect(task.inputs).toMatchObject([{ algorithm: 'a@1.4.0', completeness: 0.5 }]);
  }, 60_000);

  it('knows after a restart how complete results were, and runs what waited once they are complete', async () => {
    await hub.service.stop();
    await hub.startRouter();
    await hub.send(fired({ completeness: 0.95, elements: 3, revision: 1, version: 2, timing: 'LATE' }));
    await soon(() => expect(told()).toMatchObject({ 'complete@1': 1, 'without@1': 1 }));
  }, 60_000);

  it('ends a run that nobody answers in time', async () => {
    await hub.register(dagOf(2, [algorithm('slow', 'idle', [], { scheduleToCloseMs: 500 })]));
    await hub.send(paneOf('s', { dagRevision: 2, key: 'pump-2' }));
    await soon(() => expect(hub.current(idOf('s'))).toEqual({ 'slow@1': 'FAILED DEADLINE_EXCEEDED' }));
  }, 60_000);
});
