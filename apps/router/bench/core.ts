// How fast the pure core is, by processor time (other work on the machine counts little): windows of a 3-algorithm chain in one processor, with and without previous(1).
// node --experimental-transform-types --conditions=windlass-source apps/router/bench/core.ts
import { type Context, type KeyInput, KeyState, Plans, step, type Task } from '@windlass/execution';
import { algorithm, dagOf, idOf, paneOf, previous, same } from '../src/testing/fixture.ts';

const SOURCES = 1000;
const WINDOWS_OF_SOURCE = 20;
const RUNS = 5;

function windowsPerSecond({ withPrevious }: { readonly withPrevious: boolean }): number {
  const dag = dagOf(1, [
    algorithm('a', 'p'),
    algorithm('b', 'p', [same('a'), ...(withPrevious ? [previous('a', 1)] : [])]),
    algorithm('c', 'p', [same('b')]),
  ]);
  const panes = panesOf(withPrevious);
  const states = new Map<string, KeyState>();
  const sent: Task[] = [];
  let outcomes = 0;
  const context: Context = {
    nowUs: 1,
    plans: new Plans({ revisionOf: () => dag, live: () => dag }),
    newTaskId: () => `task-${sent.length}`,
    admit: () => true,
    limits: {
      redispatchAfterUs: 1e12,
      notHereDelayUs: 1e6,
      retentionUs: 6e8,
      doneWindows: 4096,
      taskBytes: 8e6,
      inlineBytes: 4e6,
      inputBytes: 256e6,
      emissions: 1000,
    },
  };
  const take = (key: string, input: KeyInput) => {
    let state = states.get(key);
    if (!state) states.set(key, (state = new KeyState(key)));
    const taken = step(state, input, context);
    state.apply(taken);
    sent.push(...taken.tasks);
    for (const event of taken.outcomes) outcomes += event.outcomes.length;
  };
  const before = process.cpuUsage();
  for (const pane of panes) take(pane.key, { kind: 'pane', pane, bytes: 200 });
  for (let i = 0; i < sent.length; i++) take(sent[i]!.pane.key, answerTo(sent[i]!));
  const seconds = process.cpuUsage(before).user / 1e6;
  if (outcomes < panes.length * 3) throw new Error(`${outcomes} outcomes of ${panes.length} windows`);
  return Math.round(panes.length / seconds);
}

function panesOf(withPrevious: boolean) {
  const panes = [];
  for (let n = 0; n < WINDOWS_OF_SOURCE; n++)
    for (let s = 0; s < SOURCES; s++) {
      const windowIds = n > 0 ? [idOf(`${s}/${n - 1}`)] : [];
      panes.push(
        paneOf(`${s}/${n}`, {
          key: `source-${s}`,
          startUs: n * 1000,
          endUs: n * 1000 + 1000,
          previous: withPrevious ? [{ dependency: 'previous(1)', windowIds }] : [],
        }),
      );
    }
  return panes;
}

const answerTo = ({ taskId, executions }: Task): KeyInput => ({
  kind: 'result',
  result: {
    taskId,
    processorVersion: '1',
    instance: 'bench',
    answers: executions.map(({ executionId, attempt }) => ({
      executionId,
      attempt,
      result: 0.5,
      error: null,
      emissions: [],
      startedAtUs: 1,
      endedAtUs: 2,
      cpuMs: 0,
    })),
  },
});

for (let i = 0; i < RUNS; i++) {
  const chain = windowsPerSecond({ withPrevious: false });
  console.log(
    `chain ${chain} windows per processor second, with previous(1) ${windowsPerSecond({ withPrevious: true })}`,
  );
}
