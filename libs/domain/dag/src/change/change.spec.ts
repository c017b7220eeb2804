import { describe, expect, it } from '@jest/globals';
import {
  after,
  algorithm,
  codesOf,
  cycle,
  define,
  defined,
  idle,
  life,
  problemsOf,
  processor,
  register,
} from '../registry.fixture.ts';
import type { DefinitionsInput } from '../definitions/definitions.ts';
import { readDefinitions } from '../definitions/document.ts';
import { applyAndPrune } from './apply-definitions.ts';
import { ownershipProblems } from './ownership.ts';
import type { RegistryState } from './state.ts';
import { proposeRollback } from './propose-rollback.ts';

const chain = [
  algorithm('indicator'),
  algorithm('deviation', {
    dependencies: [{ algorithm: 'indicator@1' }, { algorithm: 'deviation@1', relation: { previous: 20 } }],
  }),
];

describe('registering a processor', () => {
  it('fills the defaults', () => {
    const { revision } = after(register(processor(chain), defined()), defined());
    expect(revision.algorithms.find(({ name }) => name === 'deviation')).toEqual({
      name: 'deviation',
      version: '1',
      owner: 'default',
      processor: 'health',
      bindings: [{ windowType: 'cycle@1', on: ['ON_TIME', 'LATE'] }],
      dependencies: [
        {
          algorithm: 'indicator@1',
          relation: { kind: 'same' },
          onMissing: 'wait',
          onFailed: 'skip',
          onProvisional: 'accept',
          waitMs: null,
          onRevision: 'rerun',
          onRevisionDefaulted: true,
        },
        {
          algorithm: 'deviation@1',
          relation: { kind: 'previous', count: 20 },
          onMissing: 'runWithout',
          onFailed: 'runWithout',
          onProvisional: 'accept',
          waitMs: null,
          onRevision: 'keep',
          onRevisionDefaulted: true,
        },
      ],
      result: { type: 'double' },
      emits: [],
      timeoutMs: 60_000,
      retry: { attempts: 3, backoffMs: 1_000, backoffFactor: 2, maxBackoffMs: 60_000, nonRetryable: [] },
      maxResultBytes: 4_194_304,
    });
  });

  it('keeps the limits that were said', () => {
    const limits = {
      timeout: '5s',
      scheduleToClose: '2m',
      retry: { attempts: 4, backoff: '10ms', backoffFactor: 3, maxBackoff: '1s', jitter: 0, retryable: ['TIMEOUT'] },
      maxResultBytes: 1_000,
    };
    const { revision } = after(register(processor([algorithm('a', limits)]), defined()), defined());
    expect(revision.algorithms[0]).toMatchObject({
      timeoutMs: 5_000,
      scheduleToCloseMs: 120_000,
      retry: {
        attempts: 4,
        backoffMs: 10,
        backoffFactor: 3,
        maxBackoffMs: 1_000,
        jitter: 0,
        nonRetryable: [],
        retryable: ['TIMEOUT'],
      },
      maxResultBytes: 1_000,
    });
    expect(codesOf(register(processor([algorithm('a', { retry: { jitter: 2 } })]), defined()))).toEqual(['MALFORMED']);
    expect(codesOf(register(processor([algorithm('a', { retry: { retryable: [] } })]), defined()))).toEqual([
      'MALFORMED',
    ]);
  });

  it('makes no new revision of the same content, in whatever order it is written', () => {
    const state = after(register(processor(chain), defined()), defined());
    expect(register(processor([...chain].reverse()), state)).toMatchObject({
      ok: true,
      revision: { number: state.revision.number },
      changes: [],
    });
  });

  it('replaces what changed: a dependency that is left out is gone, a changed result type is seen', () => {
    const state = after(register(processor(chain), defined()), defined());
    const outcome = register(processor([algorithm('indicator'), algorithm('deviation', { result: 'long' })]), state);
    expect(outcome).toMatchObject({
      ok: true,
      revision: { number: state.revision.number + 1 },
      changes: [{ kind: 'algorithm', name: 'deviation@1', action: 'changed', fields: ['dependencies', 'result'] }],
    });
    expect(after(outcome).revision.algorithms.find(({ name }) => name === 'deviation')?.dependencies).toEqual([]);
  });

  it('keeps algorithms that it no longer names', () => {
    const state = after(register(processor(chain), defined()), defined());
    expect(
      after(register(processor([algorithm('other')], { version: '2.0.0' }), state)).revision.algorithms.map(
        ({ name }) => name,
      ),
    ).toEqual(['deviation', 'indicator', 'other']);
  });

  it('takes a proposed window type only when it is new', () => {
    const proposal = { ...cycle, open: { fixed: { size: '9s' } } };
    const { revision } = after(
      register(
        processor([algorithm('a'), algorithm('b', { windows: ['fresh@1'] })], {
          windowTypes: [proposal, { ...proposal, name: 'fresh' }],
        }),
        defined(),
      ),
    );
    expect(revision.windowTypes.map(({ name, open }) => [name, open.kind === 'fixed' && open.sizeUs])).toEqual([
      ['cycle', 2_000_000],
      ['fresh', 9_000_000],
      ['life', false],
    ]);
  });

  it('settles what a revised input does when another processor closes the way back', () => {
    const slow = algorithm('slow', { dependencies: [{ algorithm: 'fast@1', relation: { previous: 1 } }] });
    const state = defined([life, cycle], { processors: [{ name: 'other', algorithms: ['fast@1'] }] });
    const first = after(register(processor([slow]), state), state);
    expect(first.revision.algorithms[0]!.dependencies[0]!.onRevision).toBe('rerun');
    const outcome = register(
      processor([algorithm('fast', { dependencies: [{ algorithm: 'slow@1' }] })], { name: 'other', team: 'blue' }),
      first,
    );
    expect(after(outcome).revision.algorithms.find(({ name }) => name === 'slow')!.dependencies[0]!.onRevision).toBe(
      'keep',
    );
    expect(outcome.ok && ownershipProblems(outcome.changes, 'blue')).toEqual([]);
  });

  it('refuses ten mistakes at once, each by its name', () => {
    const state = after(
      register(
        processor([algorithm('taken')], { name: 'other' }),
        defined([life, cycle, { ...cycle, name: 'late', policy: { early: { count: 3 } } }]),
      ),
    );
    const outcome = register(
      processor(
        [
          algorithm('loop', { dependencies: [{ algorithm: 'loop@1' }] }),
          algorithm('lost', { dependencies: [{ algorithm: 'nowhere@1' }] }),
          algorithm('homeless', { windows: ['nothing@1'] }),
          algorithm('taken'),
          algorithm('wide', { windows: ['life@1'] }),
          algorithm('narrow', { dependencies: [{ algorithm: 'wide@1', relation: 'same' }] }),
          algorithm('deaf', { windows: [{ windowType: 'cycle@1', on: ['EARLY'] }] }),
          algorithm('reader', { dependencies: [{ algorithm: 'deaf@1', reads: 'string' }] }),
          algorithm('first', {
            dependencies: [{ algorithm: 'first@1', relation: { previous: 1 }, onMissing: 'wait', onFailed: 'skip' }],
          }),
          algorithm('twice'),
          algorithm('twice'),
        ],
        {
          team: 'green',
          windowTypes: [{ name: 'night', version: 1, reads: ['x'], open: { cron: { expression: '0 0 30 2 *' } } }],
        },
      ),
      state,
    );
    expect(codesOf(outcome)).toEqual([
      'BINDING_NEVER_FIRES',
      'CRON_NEVER_MATCHES',
      'CYCLE',
      'DUPLICATE',
      'DUPLICATE_OWNER',
      'RESULT_MISMATCH',
      'STARVED',
      'UNKNOWN_ALGORITHM',
      'UNKNOWN_TEAM',
      'UNKNOWN_WINDOW_TYPE',
      'UNSATISFIABLE_DEPENDENCY',
    ]);
    for (const problem of problemsOf(outcome)) expect(problem.mend).not.toBe('');
  });
});

describe('definitions', () => {
  it('cannot expect of one processor what another has registered', () => {
    const state = after(register(processor([algorithm('a')], { team: 'blue' }), defined()), defined());
    const expecting = (name: string) =>
      define({ owner: 'red', processors: [{ name, algorithms: ['b@1', 'a@1'] }] }, state);
    expect(problemsOf(expecting('other'))).toMatchObject([
      {
        code: 'DUPLICATE_OWNER',
        path: 'processors[0].algorithms[1]',
        chain: ['a@1', 'health', 'other'],
        owners: expect.arrayContaining(['blue']),
      },
    ]);
    expect(expecting('health')).toMatchObject({ ok: true });
  });

  it('expect each algorithm of one processor, and in one spelling', () => {
    const expecting = (...processors: readonly (readonly string[])[]) =>
      problemsOf(
        define({ processors: processors.map((algorithms, i) => ({ name: `p${i}`, algorithms: [...algorithms] })) }),
      ).map(({ code, path }) => [code, path]);
    expect(expecting(['a@1'], ['b@1', 'a@1'])).toEqual([['DUPLICATE', 'processors[1].algorithms[1]']]);
    expect(expecting(['a@1', 'a@1.0.0'])).toEqual([
      ['DUPLICATE', 'processors[0].algorithms[0]'],
      ['DUPLICATE', 'processors[0].algorithms[1]'],
    ]);
    expect(expecting(['a@1.0.0-01'])).toEqual([['MALFORMED', 'processors[0].algorithms[0]']]);
  });

  it('number policies apart from the DAG', () => {
    const state = defined([life, { ...cycle, policy: { allowedLateness: '1m' } }]);
    expect(state.policies.get('cycle@1')).toMatchObject({ number: 1, allowedLatenessUs: 60_000_000 });
    const changed = define({ policies: [{ windowType: 'cycle@1', allowedLateness: '2m' }] }, state);
    expect(changed).toMatchObject({
      ok: true,
      revision: { number: 1 },
      policies: [{ number: 2 }],
      changes: [{ kind: 'policy', name: 'cycle@1', fields: ['allowedLatenessUs', 'number'], owners: ['default'] }],
    });
    expect(define({ policies: [{ windowType: 'cycle@1', allowedLateness: '60s' }] }, state)).toMatchObject({
      ok: true,
      policies: [],
      changes: [],
    });
  });

  it('refuse a source in groups that is a group itself, whichever of both is there first', () => {
    const source = (name: string, ...groups: string[]) => ({ name, kind: 'pump', groups });
    const refused = (sources: object[], state?: RegistryState) =>
      problemsOf(define({ sources }, state)).map(({ code, path }) => [code, path]);
    expect(refused([source('pump-1', 'line-1'), source('line-1')])).toEqual([]);
    expect(refused([source('line-1', 'line-1')])).toEqual([['SOURCE_IS_GROUP', 'sources[0].name']]);
    expect(refused([source('pump-1', 'line-1'), source('line-1', 'hall-1')])).toEqual([
      ['SOURCE_IS_GROUP', 'sources[1].name'],
    ]);
    const line = after(define({ sources: [source('line-1', 'hall-1')] }));
    expect(refused([source('pump-1', 'hall-1', 'line-1')], line)).toEqual([['SOURCE_IS_GROUP', 'sources[0].groups']]);
    expect(refused([source('pump-1', 'line-1'), source('line-1')], line)).toEqual([]);
    const known = { ...line, sources: { get: () => undefined, isGroup: (name: string) => name === 'line-2' } };
    expect(refused([source('line-2', 'hall-1'), source('line-3', 'hall-1')], known)).toEqual([
      ['SOURCE_IS_GROUP', 'sources[0].name'],
    ]);
  });

  it('name sources that change, and only those', () => {
    const sources = [
      { name: 'unit-1', kind: 'unit' },
      { name: 'unit-2', kind: 'unit', labels: { site: 'north' } },
    ];
    const state = after(define({ sources }));
    const outcome = define({ sources: [sources[0]!, { ...sources[1]!, kind: 'pump' }] }, state);
    expect(outcome).toMatchObject({
      ok: true,
      sources: [{ name: 'unit-2', kind: 'pump' }],
      changes: [{ kind: 'source', name: 'unit-2', action: 'changed', fields: ['kind'] }],
    });
  });
});

describe('pruning', () => {
  const pruned = (state: RegistryState, input: DefinitionsInput, { force = false, work = idle } = {}) => {
    return applyAndPrune(state, readDefinitions(input), { work, force });
  };
  const told = (outcome: ReturnType<typeof pruned>) =>
    (outcome.ok ? outcome.changes : []).map(({ action, kind, name }) => `${action} ${kind} ${name}`);
  const other = { ...cycle, name: 'other' };
  const state = after(register(processor([algorithm('a', { windows: ['other@1'] })]), defined([life, cycle, other])));

  it("takes out what is the file owner's and not in it, and adds what is new", () => {
    const file = { windowTypes: [life, other, { ...cycle, name: 'fresh' }] };
    expect(told(pruned(state, file))).toEqual(['added windowType fresh@1', 'removed windowType cycle@1']);
    expect(told(pruned(state, { owner: 'blue' }))).toEqual([]);
  });

  it('drops expectations, and leaves what has registered', () => {
    const windowTypes = [life, cycle, other];
    const expecting = defined(windowTypes, { processors: [{ name: 'health', algorithms: ['a@1', 'later@1'] }] });
    const there = after(register(processor([algorithm('a', { windows: ['other@1'] })]), expecting), expecting);
    expect(told(pruned(there, { windowTypes }))).toEqual(['removed expected a@1', 'removed expected later@1']);
  });

  it('is refused like a retirement, also for work that would be lost', () => {
    expect(problemsOf(pruned(state, { windowTypes: [life, cycle] }))).toMatchObject([
      { code: 'STARVED', chain: ['a@1 on other@1', 'other@1'] },
    ]);
    const openWindows = { known: true as const, value: new Map([['cycle@1', 3]]) };
    expect(codesOf(pruned(state, { windowTypes: [life, other] }, { work: { ...idle, openWindows } }))).toEqual([
      'WORK_LOST',
    ]);
    expect(told(pruned(state, { windowTypes: [life, cycle] }, { force: true }))).toEqual([
      'removed windowType other@1',
      'removed processor health',
      'removed algorithm a@1',
    ]);
  });
});

describe('a reference of a file that prunes', () => {
  const pruned = (state: RegistryState, input: DefinitionsInput, force = false) => {
    return applyAndPrune(state, readDefinitions(input), { work: idle, force });
  };
  const newer = { ...cycle, version: '1.5' };
  const slice = { ...cycle, name: 'slice', parent: 'cycle@^1', open: { fixed: { size: '10ms' } } };
  const alike = { name: 'alike', version: '1', like: 'cycle@^1' };
  const state = defined([life, cycle, newer, slice, alike]);

  it('means what is there afterwards, though a range would fit what goes better', () => {
    const file = { windowTypes: [life, cycle, slice, alike] };
    const plan = pruned(state, file);
    expect(plan).toMatchObject({
      ok: true,
      resolved: [
        { path: 'windowTypes[slice@1].parent', asked: 'cycle@^1', ref: 'cycle@1' },
        { path: 'windowTypes[alike@1].like', asked: 'cycle@^1', ref: 'cycle@1' },
      ],
      changes: expect.arrayContaining([
        expect.objectContaining({ name: 'slice@1', action: 'changed', fields: ['parent'] }),
        expect.objectContaining({ name: 'alike@1', action: 'changed' }),
        expect.objectContaining({ name: 'cycle@1.5', action: 'removed' }),
      ]),
    });
    expect(pruned(after(plan, state), file)).toMatchObject({ ok: true, changes: [] });
  });

  it('to nothing but what goes is refused, with force too, and says why', () => {
    for (const force of [false, true])
      expect(
        problemsOf(pruned(state, { windowTypes: [life, slice, alike], policies: [{ windowType: 'cycle@1' }] }, force)),
      ).toMatchObject([
        {
          code: 'UNKNOWN_WINDOW_TYPE',
          path: 'policies[0].windowType',
          message: expect.stringContaining('cycle@1, which'),
        },
        {
          code: 'UNKNOWN_WINDOW_TYPE',
          path: 'windowTypes[1].parent',
          message: expect.stringContaining('cycle@1.5, which'),
        },
        {
          code: 'UNKNOWN_WINDOW_TYPE',
          path: 'windowTypes[2].like',
          message: expect.stringContaining('cycle@1.5, which'),
        },
      ]);
  });

  it('that leads over what is cut is refused, with force too: what is in the file never goes', () => {
    const hot = {
      ...{ name: 'hot', version: '1', parent: 'life@1' },
      open: { outcome: { algorithm: 'a@1', when: 'result > 1.0' } },
    };
    const other = { ...cycle, name: 'other' };
    const ground = defined([life, other]);
    const there = after(register(processor([algorithm('a', { windows: ['other@1'] })]), ground), ground);
    for (const force of [false, true])
      expect(codesOf(pruned(there, { windowTypes: [life, hot] }, force))).toContain('STARVED');
  });
});

describe('a rollback', () => {
  it("brings an earlier revision's content back under a new number", () => {
    const first = defined();
    const second = after(register(processor(chain), first), first);
    const outcome = proposeRollback(second, first.revision, { work: idle, force: false });
    expect(outcome).toMatchObject({ ok: true, revision: { ...first.revision, number: second.revision.number + 1 } });
  });
});

describe('ownership', () => {
  it("lets an author change only what is their own team's", () => {
    const outcome = register(processor([algorithm('a')], { team: 'blue' }), defined());
    if (!outcome.ok) throw new Error('refused');
    expect(ownershipProblems(outcome.changes, 'blue')).toEqual([]);
    expect(ownershipProblems(outcome.changes, 'default').map(({ path }) => path)).toEqual([
      'processor[health]',
      'algorithm[a@1]',
    ]);
  });
});
