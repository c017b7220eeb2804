import { describe, expect, it } from '@jest/globals';
import { refOf } from '@windlass/dag';
import fc from 'fast-check';
import type { KeyInput, OutcomeEvent } from './index.ts';
import { type AlgorithmSketch, dagOf } from './testing/dag.ts';
import { idOf, paneOf } from './testing/pane.ts';
import { expected, storySpoke, type Story, type Verdicts } from './testing/story.ts';
import { answerOf, boom, type Spoke, World } from './testing/world.ts';

const rule = fc.constantFrom('runWithout' as const, 'skip' as const, 'fail' as const);
const waiting = fc.constantFrom('wait' as const, 'runWithout' as const, 'skip' as const, 'fail' as const);
const processor = fc.constantFrom('p', 'q');
/** What is not as it should be, and what comes of waiting for better: never a limit, which is a matter of the order. */
const wishes = fc.record(
  {
    onFailed: waiting,
    onProvisional: fc.constantFrom('accept' as const, 'wait' as const, 'runWithout' as const, 'skip' as const),
    onIncomplete: waiting,
    minCompleteness: fc.constantFrom(0, 0.4, 0.8),
    afterWait: fc.constantFrom('accept' as const, 'runWithout' as const, 'skip' as const, 'fail' as const),
  },
  { requiredKeys: ['onFailed', 'onIncomplete'] },
);

/** Algorithms over `same` and `previous`, in one processor or across two. */
const sequence = fc
  .record({
    p: fc.array(processor, { minLength: 4, maxLength: 4 }),
    onFailed: rule,
    onMissing: rule,
    wishes,
    n: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ p, onFailed, onMissing, wishes, n }): AlgorithmSketch[] => [
    { name: 'a', processor: p[0]! },
    {
      name: 'b',
      processor: p[1]!,
      needs: [
        { of: 'a', ...wishes },
        { of: 'a', over: { previous: n }, ...wishes },
      ],
    },
    {
      name: 'c',
      processor: p[2]!,
      needs: [
        { of: 'b', onFailed: 'skip' },
        { of: 'b', over: { previous: n }, onFailed: 'runWithout', onMissing },
      ],
    },
    {
      name: 'd',
      processor: p[3]!,
      needs: [
        { of: 'a', onFailed },
        { of: 'd', over: { previous: 1 }, onFailed: 'runWithout' },
      ],
    },
  ]);

/** Algorithms of a parent and its children, which read each other. */
const family = fc
  .record({ p: fc.array(processor, { minLength: 4, maxLength: 4 }), onFailed: rule, wishes })
  .map(({ p, onFailed, wishes }): AlgorithmSketch[] => [
    { name: 'base', type: 'parent', processor: p[0]! },
    { name: 'kid', type: 'child', processor: p[1]!, needs: [{ of: 'base', over: 'parent', ...wishes }] },
    {
      name: 'next',
      type: 'child',
      processor: p[2]!,
      needs: [{ of: 'kid' }, { of: 'next', over: { previous: 1 }, onFailed }],
    },
    {
      name: 'sum',
      type: 'parent',
      processor: p[3]!,
      needs: [
        { of: 'next', over: 'children', onFailed, onMissing: 'runWithout' },
        { of: 'base', onFailed: 'runWithout' },
      ],
    },
  ]);

const retry = { attempts: 2, backoffMs: 1, backoffFactor: 1, maxBackoffMs: 1, nonRetryable: [] };
const retried = (sketch: readonly AlgorithmSketch[]) => sketch.map((a) => ({ ...a, retry }));

const WINDOWS = 6;
const versions = fc.record({
  late: fc.array(fc.nat(5), { maxLength: 2 }),
  first: fc.nat(5),
  early: fc.boolean(),
  end: fc.constantFrom('final', 'final', 'final', 'withdrawn' as const),
});
type Versions = typeof versions extends fc.Arbitrary<infer T> ? T : never;

/** Panes of one window as its trigger would write them: ON_TIME, late revisions, then final or withdrawn. */
function stream(
  base: ReturnType<typeof paneOf>,
  { first, late, early, end }: Versions,
  closed?: readonly string[],
): KeyInput[] {
  const panes = [
    ...(early ? [{ elements: 9, timing: 'EARLY' as const }] : []),
    { elements: first, timing: 'ON_TIME' as const },
    ...late.map((elements) => ({ elements, timing: 'LATE' as const })),
  ];
  const inputs: KeyInput[] = panes.map((p, revision) => ({
    kind: 'pane',
    bytes: 100,
    pane: { ...base, ...p, completeness: p.elements / 10, revision, version: revision + 1, isFinal: false },
  }));
  let version = panes.length + 1;
  if (closed)
    inputs.push({
      kind: 'childrenClosed',
      record: { ...base, version: version++, childType: 'child@1', childWindowIds: closed },
    });
  if (end === 'withdrawn')
    inputs.push({ kind: 'withdrawn', record: { ...base, version, reason: 'merged', outside: null } });
  else inputs.push({ kind: 'finalized', record: { ...base, version, revision: panes.length - 1 } });
  return inputs;
}

const previousNames = (i: number): Record<number, string[]> =>
  Object.fromEntries([1, 2, 3, 4].map((n) => [n, Array.from({ length: i }, (_, k) => `w${k}`).slice(-n)]));

/** A story that fails is shown in a few lines: its algorithms, then what is said of each window. */
function readable(sketch: readonly AlgorithmSketch[], story: Story): Story {
  const told = (input: KeyInput) =>
    input.kind === 'pane' ? `${input.pane.timing} ${input.pane.elements}` : input.kind;
  const lines = [...sketch.map((a) => JSON.stringify(a)), ...story.streams.map((s) => s.map(told).join(', '))];
  return Object.defineProperty(story, fc.toStringMethod, { value: () => `\n${lines.join('\n')}\n` });
}

const sequenceStory: fc.Arbitrary<Story> = fc
  .record({ sketch: sequence, windows: fc.array(versions, { minLength: WINDOWS, maxLength: WINDOWS }) })
  .map(({ sketch, windows }) =>
    readable(sketch, {
      dag: dagOf(retried(sketch)),
      streams: windows.map((v, i) =>
        stream(paneOf({ window: `w${i}`, startUs: i * 1000, endUs: i * 1000 + 1000, previous: previousNames(i) }), v),
      ),
    }),
  );

const familyStory: fc.Arbitrary<Story> = fc
  .record({ sketch: family, parent: versions, windows: fc.array(versions, { minLength: WINDOWS, maxLength: WINDOWS }) })
  .map(({ sketch, parent, windows }) =>
    readable(sketch, {
      dag: dagOf(retried(sketch)),
      streams: [
        stream(
          paneOf({ window: 'parent', windowType: 'parent@1', endUs: 9000 }),
          { ...parent, end: 'final' },
          windows.map((_, i) => idOf(`w${i}`)),
        ),
        ...windows.map((v, i) =>
          stream(
            paneOf({
              window: `w${i}`,
              windowType: 'child@1',
              parent: 'parent',
              startUs: i * 1000,
              endUs: i * 1000 + 1000,
              previous: previousNames(i),
            }),
            v,
          ),
        ),
      ],
    }),
  );

/** Lets things happen in the order of `choices`: panes, answers in any order, what came before once more, timers, forgetting, holds. */
function live({ dag, streams }: Story, choices: readonly number[], credit: number): World {
  const world = new World(dag, { retentionUs: 1e9, redispatchAfterUs: Number.MAX_SAFE_INTEGER });
  world.credit = credit;
  const left = streams.map((s) => [...s]);
  const open: number[] = [];
  let seen = 0;
  const steady = storySpoke(dag);
  /** Now and then the first attempt fails for a reason that passes. */
  const spoke: Spoke = (task, algorithm, before) => {
    const { attempt, executionId } = task.executions.find((x) => x.algorithm === algorithm)!;
    return attempt === 1 && executionId.startsWith('a') ? boom(true) : steady(task, algorithm, before);
  };
  const past: KeyInput[] = [];
  const types = ['w@1', 'parent@1', 'child@1'];
  const holds = [...types.map((type) => `windowType:${type}`), ...dag.algorithms.map((a) => `algorithm:${refOf(a)}`)];
  const queues = [...holds, 'p', 'q'];
  /** Sends whatever waits and may go; what waited for a hold first waits for its processor then. */
  const sendQueued = () => {
    for (const queue of queues)
      for (const windowType of types)
        while (
          !world.held.has(queue) &&
          (world.credit > 0 || holds.includes(queue)) &&
          [...world.state.queuedIn(queue)].some((k) => world.state.window(k)!.pane.windowType === windowType)
        ) {
          world.do({ kind: 'dispatch', queue, lane: 'LIVE', windowType });
          while (seen < world.tasks.length) open.push(seen++);
        }
  };
  const happen = (input: KeyInput) => {
    past.push(input);
    const ended = world.do(input).queue.filter((q) => q.kind === 'ended').length;
    world.credit += ended;
    while (seen < world.tasks.length) open.push(seen++);
    sendQueued();
  };
  const retryUs = () => [...world.state.all()].flatMap((w) => w.deadlineUs ?? []).sort((a, b) => a - b)[0];
  const isBusy = () =>
    left.some((s) => s.length > 0) || open.length > 0 || retryUs() !== undefined || world.held.size > 0;
  for (let i = 0; isBusy(); i++) {
    const choice = choices[i % Math.max(1, choices.length)] ?? 0;
    world.nowUs += choice % 97;
    const sources = left.filter((s, at) => s.length > 0 && mayCome(left, at));
    const kind = i < choices.length ? choice % 11 : 1;
    if (choice % 13 === 12) world.restart();
    if (i >= choices.length) world.held.clear();
    else if (choice % 7 === 6) {
      const queue = queues[choice % queues.length]!;
      if (!world.held.delete(queue)) world.held.add(queue);
    }
    sendQueued();
    if (kind === 10 && past.length > 0) happen(past[choice % past.length]!);
    else if (kind === 9) happen({ kind: 'timer' });
    else if (kind < 5 && open.length > 0) {
      const [index] = open.splice(choice % open.length, 1);
      happen({ kind: 'result', result: answerOf(world.tasks[index!]!, spoke) });
    } else if (sources.length > 0) happen(sources[choice % sources.length]!.shift()!);
    else if (open.length === 0) {
      if (retryUs() === undefined) continue;
      world.nowUs = Math.max(world.nowUs, retryUs()!);
      happen({ kind: 'timer' });
    } else happen({ kind: 'result', result: answerOf(world.tasks[open.shift()!]!, spoke) });
  }
  return world;
}

/**
 * A trigger finalises the windows of a type in their order, because one watermark closes them, and tells the children of a window
 * once all of them have fired; everything else may come in any order. Children are the streams behind their parent's.
 */
function mayCome(left: readonly (readonly KeyInput[])[], at: number): boolean {
  const [next] = left[at]!;
  if (next?.kind === 'childrenClosed')
    return left.every((s, i) => i === at || s[0]?.kind !== 'pane' || s[0].pane.revision > 0);
  if (next?.kind !== 'finalized') return true;
  return left.every((s, i) => i >= at || s.length === 0 || windowTypeOf(s[0]!) !== next.record.windowType);
}

const windowTypeOf = (input: KeyInput): string =>
  input.kind === 'pane' ? input.pane.windowType : 'record' in input ? input.record.windowType : '';

function current(events: readonly OutcomeEvent[]): Verdicts {
  const latest = new Map<string, { run: number; id: string; verdict: number | 'FAILED' | 'SKIPPED' | 'CANCELLED' }>();
  const withdrawn = new Set(events.flatMap((e) => e.withdrawn.map((w) => w.executionId)));
  for (const { windowId, outcomes } of events)
    for (const o of outcomes) {
      const known = latest.get(`${windowId}/${o.algorithm}`);
      if (!known || known.run <= o.run)
        latest.set(`${windowId}/${o.algorithm}`, {
          run: o.run,
          id: o.executionId,
          verdict: o.state === 'SUCCEEDED' ? (o.result as number) : o.state,
        });
    }
  return new Map(
    [...latest].flatMap(([id, { verdict, id: executionId }]) =>
      verdict === 'CANCELLED' || withdrawn.has(executionId) ? [] : [[id, verdict]],
    ),
  );
}

const schedule = fc.array(fc.nat(10_000), { maxLength: 200 });
const credits = fc.constantFrom(1, 2, Number.POSITIVE_INFINITY);
const sorted = (verdicts: Verdicts) => [...verdicts].sort(([a], [b]) => (a < b ? -1 : 1));

describe.each([
  ['same and previous windows', sequenceStory],
  ['a parent and its children', familyStory],
])('whatever the order in which things arrive, over %s', (_, stories) => {
  it('the same results are current in the end', () => {
    fc.assert(
      fc.property(stories, schedule, credits, (story, choices, credit) => {
        expect(sorted(current(live(story, choices, credit).events))).toEqual(sorted(expected(story)));
      }),
      { numRuns: 120 },
    );
  });

  it('every run has one outcome, made from results that were accepted before, and every window completes', () => {
    fc.assert(
      fc.property(stories, schedule, credits, (story, choices, credit) => {
        const { events } = live(story, choices, credit);
        const accepted = new Set<string>();
        const told = new Set<string>();
        const last = new Map<string, OutcomeEvent>();
        /** Told once a story: an `expect` for each of its outcomes would take most of the time. */
        const wrong: object[] = [];
        for (const event of events) {
          const { windowId, version } = event;
          const before = last.get(windowId)?.version ?? -1;
          if (version <= before) wrong.push({ windowId, version, isNotAfter: before });
          last.set(windowId, event);
          for (const { executionId, state } of event.outcomes) {
            if (told.has(executionId)) wrong.push({ executionId, isToldTwice: true });
            told.add(executionId);
            if (state === 'SUCCEEDED') accepted.add(executionId);
          }
          for (const { inputs } of event.outcomes)
            for (const { executionId } of inputs)
              if (!accepted.has(executionId)) wrong.push({ executionId, isReadBeforeItWasAccepted: true });
        }
        for (const { windowId, runComplete } of last.values()) if (!runComplete) wrong.push({ windowId, runComplete });
        expect(wrong).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });
});
