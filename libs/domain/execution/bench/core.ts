// How fast the pure core is: `node libs/domain/execution/bench/core.ts`. Windows of a 3-algorithm chain, with and without previous(1).
import { KeyState, Plans, step, type Context, type Task } from '../src/index.ts';
import { dagOf } from '../src/testing/dag.ts';
import { idOf, paneOf } from '../src/testing/pane.ts';

const sources = 1000;
const windowsOfSource = 20;

function run(previous: boolean): number {
  const dag = dagOf([
    { name: 'a', processor: 'p' },
    { name: 'b', processor: 'p', needs: [{ of: 'a' }, ...(previous ? [{ of: 'a', over: { previous: 1 } }] : [])] },
    { name: 'c', processor: 'p', needs: [{ of: 'b' }] },
  ]);
  const plans = new Plans({ revisionOf: () => dag, live: () => dag });
  const panes = Array.from({ length: windowsOfSource }, (_, n) =>
    Array.from({ length: sources }, (_, s) =>
      paneOf({
        window: `${s}/${n}`,
        key: `source-${s}`,
        startUs: n * 1000,
        endUs: n * 1000 + 1000,
        ...(previous ? { previous: { 1: n > 0 ? [`${s}/${n - 1}`] : [] } } : {}),
      }),
    ),
  ).flat();
  const states = new Map<string, KeyState>();
  let tasks = 0;
  let outcomes = 0;
  let nowUs = 0;
  const context = (): Context => ({
    nowUs: ++nowUs,
    plans,
    newTaskId: () => `task-${tasks++}`,
    admit: () => true,
    limits: {
      redispatchAfterUs: 1e12,
      notHereDelayUs: 1e6,
      retentionUs: 6e8,
      doneWindows: 4096,
      taskBytes: 8e6,
      emissions: 1000,
    },
  });
  const started = performance.now();
  const sent: Task[] = [];
  const apply = (key: string, input: Parameters<typeof step>[1]) => {
    const state = states.get(key) ?? new KeyState(key);
    states.set(key, state);
    const s = step(state, input, context());
    state.apply(s);
    sent.push(...s.tasks);
    for (const e of s.outcomes) outcomes += e.outcomes.length;
  };
  for (const pane of panes) apply(pane.key, { kind: 'pane', pane, bytes: 200 });
  for (let i = 0; i < sent.length; i++) {
    const { taskId, executions, pane } = sent[i]!;
    apply(pane.key, {
      kind: 'result',
      result: {
        taskId,
        processorVersion: '1',
        instance: 'i',
        answers: executions.map(({ executionId, attempt }) => ({
          executionId,
          attempt,
          result: i,
          error: null,
          emissions: [],
          startedAtUs: 1,
          endedAtUs: 2,
          cpuMs: 0,
        })),
      },
    });
  }
  const seconds = (performance.now() - started) / 1000;
  if (outcomes !== panes.length * 3) console.log('outcomes', outcomes, 'tasks', tasks);
  return Math.round(panes.length / seconds);
}

idOf('warm');
for (let i = 0; i < 3; i++) console.log(`chain: ${run(false)} windows/s; with previous(1): ${run(true)} windows/s`);
