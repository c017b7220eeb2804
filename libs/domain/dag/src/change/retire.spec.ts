import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseRetirement } from '../definitions/parse.ts';
import type { RegistrationInput } from '../definitions/registration.ts';
import type { RetirementInput } from '../definitions/retirement.ts';
import { refOf } from '../model.ts';
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
import { validateDag } from '../validation/validate.ts';
import { contentOf } from './content.ts';
import { draftOf } from './judge.ts';
import { retire } from './retire.ts';
import type { RegistryState } from './state.ts';
import type { Work } from './work.ts';

const retired = (state: RegistryState, input: RetirementInput, work = idle) => {
  const parsed = parseRetirement(input);
  return parsed.ok ? retire(state, parsed.value, work) : parsed;
};

type AlgorithmInput = RegistrationInput['algorithms'][number];
const registered = (state: RegistryState, name: string, algorithms: readonly AlgorithmInput[], team = 'default') =>
  after(register(processor(algorithms, { name, team }), state), state);

/** indicator ← deviation ← rul, each of its own processor, and a window type that deviation opens. */
const chained = (() => {
  const base = defined([life, cycle, degradation()], {
    processors: [{ name: 'deviations', algorithms: ['deviation@1'] }],
  });
  const one = registered(base, 'indicators', [algorithm('indicator')]);
  const two = registered(one, 'deviations', [algorithm('deviation', { dependencies: [{ algorithm: 'indicator@1' }] })]);
  const rul = algorithm('rul', {
    dependencies: [{ algorithm: 'deviation@1' }, { algorithm: 'indicator@1', relation: { previous: 3 } }],
  });
  const three = registered(two, 'ruls', [rul, algorithm('free')], 'blue');
  return registered(three, 'alarms', [algorithm('alarm', { windows: ['degradation@1'] })], 'blue');
})();

function degradation() {
  return {
    name: 'degradation',
    version: 1,
    parent: 'life@1',
    open: { outcome: { algorithm: 'deviation@1', when: 'result > 3.0' } },
  };
}

const changesOf = (outcome: ReturnType<typeof retire>) =>
  (outcome.ok ? outcome.changes : []).map(({ kind, name, action, because }) =>
    [action, kind, name, ...(because ? [because.join(' → ')] : [])].join(' '),
  );

describe('retiring', () => {
  it('takes out what nobody needs: a processor with its algorithms', () => {
    const outcome = retired(chained, { processors: ['alarms'] });
    expect(changesOf(outcome)).toEqual(['removed processor alarms', 'removed algorithm alarm@1']);
    expect(outcome).toMatchObject({ revision: { number: chained.revision.number + 1 } });
  });

  it('is refused with everything that would starve, each with the shortest chain that shows it', () => {
    const problems = problemsOf(retired(chained, { algorithms: ['deviation@1'] }));
    expect(problems.map(({ code, chain }) => [code, ...chain!].join(' → '))).toEqual([
      'STARVED → alarm@1 on degradation@1 → degradation@1 → deviation@1 on cycle@1',
      'STARVED → rul@1 on cycle@1 → deviation@1 on cycle@1',
      'STARVED → degradation@1 → deviation@1 on cycle@1',
    ]);
    expect(problems[1]).toMatchObject({
      path: 'algorithms[rul@1]',
      message: 'rul@1 on cycle@1 could never run again: deviation@1 on cycle@1 would be gone',
    });
  });

  it('takes out with force what would starve, and says why; a processor without algorithms goes too', () => {
    const outcome = retired(chained, { algorithms: ['deviation@1'], force: true });
    expect(changesOf(outcome)).toEqual([
      'removed windowType degradation@1 degradation@1 → deviation@1 on cycle@1',
      'removed processor alarms alarms → alarm@1',
      'removed processor deviations deviations → deviation@1',
      'removed algorithm alarm@1 alarm@1 on degradation@1 → degradation@1 → deviation@1 on cycle@1',
      'removed algorithm deviation@1',
      'removed algorithm rul@1 rul@1 on cycle@1 → deviation@1 on cycle@1',
      'removed expected deviation@1',
    ]);
  });

  it('is refused while others read it, though they can run without; with force they do', () => {
    const reader = algorithm('reader', {
      dependencies: [{ algorithm: 'free@1', relation: { previous: 2 } }, { algorithm: 'indicator@1' }],
    });
    const state = registered(chained, 'readers', [reader]);
    expect(problemsOf(retired(state, { algorithms: ['free@1'] }))).toMatchObject([
      { code: 'STILL_USED', path: 'algorithms[reader@1].dependencies[0]', chain: ['reader@1', 'free@1'] },
    ]);
    const outcome = retired(state, { algorithms: ['free@1'], force: true });
    expect(changesOf(outcome)).toEqual(['changed algorithm reader@1 reader@1 → free@1', 'removed algorithm free@1']);
    expect(
      after(outcome)
        .revision.algorithms.find(({ name }) => name === 'reader')!
        .dependencies.map((one) => one.algorithm),
    ).toEqual(['indicator@1']);
  });

  it('leaves an algorithm on the window types that stay', () => {
    const state = registered(defined([life, cycle, { ...cycle, name: 'other' }]), 'p', [
      algorithm('a', { windows: ['cycle@1', 'other@1'] }),
    ]);
    expect(codesOf(retired(state, { windowTypes: ['other@1'] }))).toEqual(['STARVED']);
    const { revision } = after(retired(state, { windowTypes: ['other@1'], force: true }));
    expect(revision.algorithms[0]!.bindings).toMatchObject([{ windowType: 'cycle@1' }]);
  });

  it('of an expectation starves what waits for it', () => {
    const state = registered(defined([life, cycle], { processors: [{ name: 'x', algorithms: ['later@1'] }] }), 'p', [
      algorithm('a', { dependencies: [{ algorithm: 'later@1' }] }),
    ]);
    expect(problemsOf(retired(state, { processors: ['x'] }))).toMatchObject([
      { code: 'STARVED', chain: ['a@1 on cycle@1', 'later@1'] },
    ]);
  });

  it('takes only the expectation of a processor that expects what another has registered', () => {
    const [algorithm] = chained.revision.algorithms;
    const expected = [{ algorithm: refOf(algorithm!), processor: 'shadow', owner: 'red' }];
    const outcome = retired({ ...chained, revision: { ...chained.revision, expected } }, { processors: ['shadow'] });
    expect(changesOf(outcome)).toEqual([`removed expected ${refOf(algorithm!)}`]);
  });

  it('is refused for open windows and tasks of what goes, with counts; forced it tells them', () => {
    const work: Work = {
      openWindows: { known: true, value: new Map(Object.entries({ 'degradation@1': 7, 'cycle@1': 9 })) },
      tasks: {
        known: true,
        value: [
          { processor: 'alarms', windowType: 'degradation@1', queued: 2, inFlight: 1 },
          { processor: 'ruls', windowType: 'cycle@1', queued: 5, inFlight: 0 },
        ],
      },
    };
    const names = { windowTypes: ['degradation@1'], processors: ['alarms'] };
    const lost = [
      { code: 'WORK_LOST', path: 'processors[alarms]', owners: ['blue'], message: expect.stringContaining('2 tasks') },
      {
        code: 'WORK_LOST',
        path: 'windowTypes[degradation@1]',
        owners: ['default'],
        message: '7 windows of degradation@1 are open and would never fire again',
      },
    ];
    expect(problemsOf(retired(chained, names, work))).toMatchObject(lost);
    const forced = retired(chained, { ...names, force: true }, work);
    expect(forced).toMatchObject({ ok: true, warnings: [...lost].reverse() });
    expect(retired(chained, names, idle)).toMatchObject({ ok: true, warnings: [] });
  });

  it('is refused while nobody can say what is under way; forced it goes on', () => {
    const why = { known: false, why: 'connection refused' } as const;
    const names = { windowTypes: ['degradation@1'], processors: ['alarms'] };
    const silent = { openWindows: why, tasks: why };
    expect(problemsOf(retired(chained, names, silent)).map(({ message }) => message)).toEqual([
      'open windows are not known: trigger did not answer (connection refused)',
      'tasks under way are not known: router did not answer (connection refused)',
    ]);
    expect(codesOf(retired(chained, { processors: ['alarms'] }, { ...idle, openWindows: why }))).toEqual([]);
    expect(retired(chained, { ...names, force: true }, silent)).toMatchObject({
      warnings: [{ code: 'WORK_UNKNOWN' }, { code: 'WORK_UNKNOWN' }],
    });
  });

  it('refuses names that do not exist, and nothing at all', () => {
    expect(
      problemsOf(retired(chained, { processors: ['alarm'], algorithms: ['rul@2'], windowTypes: ['cylce@1'] })),
    ).toMatchObject([
      { code: 'UNKNOWN_ALGORITHM', message: expect.stringContaining('Did you mean "rul@1"?') },
      { code: 'UNKNOWN_PROCESSOR', message: expect.stringContaining('Did you mean "alarms"?') },
      { code: 'UNKNOWN_WINDOW_TYPE', message: expect.stringContaining('Did you mean "cycle@1"?') },
    ]);
    expect(codesOf(retired(chained, {}))).toEqual(['MALFORMED']);
  });

  it('lets a window type come back with the default policy', () => {
    const first = defined([life, { ...cycle, policy: { allowedLateness: '1m' } }]);
    const gone = after(retired(first, { windowTypes: ['cycle@1'] }), first);
    const back = define({ windowTypes: [cycle] }, gone);
    expect(back).toMatchObject({ ok: true, policies: [{ windowType: 'cycle@1', number: 2, allowedLatenessUs: 0 }] });
  });
});

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const TYPES = ['life@1', 'cycle@1', 'slice@1', 'found@1', 'opened@1'];
const ground = defined(
  [
    life,
    cycle,
    { ...cycle, name: 'slice', parent: 'cycle@1' },
    { name: 'found', version: 1, parent: 'life@1', open: { emission: {} } },
    { name: 'opened', version: 1, parent: 'life@1', open: { outcome: { algorithm: 'a@1', when: 'result > 1.0' } } },
  ],
  { processors: [{ name: 'pa', algorithms: ['a@1'] }] },
);
const dependency = fc.record({
  algorithm: fc.constantFrom(...NAMES).map((name) => `${name}@1`),
  relation: fc.constantFrom('same' as const, 'parent' as const, 'children' as const, { previous: 2 }),
  onMissing: fc.constantFrom('wait' as const, 'runWithout' as const),
});
const some = fc.record({
  windows: fc.subarray(TYPES, { minLength: 1, maxLength: 2 }),
  dependencies: fc.uniqueArray(dependency, { maxLength: 2, selector: (one) => one.algorithm }),
  emits: fc.subarray(['found@1'], { maxLength: 1 }),
});

/** Registers each that is accepted, so that every state is one that can be. */
const states = fc.array(fc.tuple(fc.constantFrom(...NAMES), some), { minLength: 1, maxLength: 12 }).map((list) =>
  list.reduce((state: RegistryState, [name, more]) => {
    const outcome = register(processor([algorithm(name, more)], { name: `p${name}` }), state);
    return outcome.ok ? after(outcome, state) : state;
  }, ground),
);
const choices = states.chain((state) =>
  fc.record({
    state: fc.constant(state),
    algorithms: fc.subarray(state.revision.algorithms.map(refOf)),
    windowTypes: fc.subarray(TYPES, { maxLength: 1 }),
  }),
);

const problemsIn = ({ revision, policies }: RegistryState) =>
  validateDag(draftOf(contentOf(revision), { policies, paths: new Map() }));

describe('any retirement', () => {
  it('that is forced leaves a DAG that validates, in which nothing names what is gone', () => {
    let accepted = 0;
    fc.assert(
      fc.property(choices, ({ state, ...names }) => {
        if (names.algorithms.length + names.windowTypes.length === 0) return;
        const left = after(retired(state, { ...names, force: true }), state);
        expect(problemsIn(left)).toEqual([]);
        const there = new Set([...left.revision.algorithms.map(refOf), ...left.revision.windowTypes.map(refOf)]);
        for (const name of [...names.algorithms, ...names.windowTypes]) expect(there.has(name)).toBe(false);
        accepted += 1;
      }),
      { numRuns: 500 },
    );
    expect(accepted).toBeGreaterThan(200);
  });

  it('is refused exactly when force would take or change more than was named', () => {
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(choices, ({ state, ...names }) => {
        if (names.algorithms.length + names.windowTypes.length === 0) return;
        const forced = retired(state, { ...names, force: true });
        const more = (forced.ok ? forced.changes : []).filter(
          ({ because, kind, settled }) => !settled && because !== undefined && kind !== 'processor',
        );
        const { ok } = retired(state, names);
        expect(ok).toBe(more.length === 0);
        seen.add(ok);
      }),
      { numRuns: 500 },
    );
    expect(seen.size).toBe(2);
  });

  it('does not starve what can run without what is gone', () => {
    fc.assert(
      fc.property(choices, ({ state, ...names }) => {
        if (names.algorithms.length + names.windowTypes.length === 0) return;
        const left = after(retired(state, { ...names, force: true }), state);
        const gone = state.revision.algorithms.map(refOf).filter((ref) => {
          return !names.algorithms.includes(ref) && !left.revision.algorithms.some((one) => refOf(one) === ref);
        });
        // Each could not be registered on what is left, with none of its needs cut out.
        for (const ref of gone) {
          const lost = state.revision.algorithms.find((one) => refOf(one) === ref)!;
          const back = {
            ...lost,
            dependencies: lost.dependencies.filter(({ onMissing }) => onMissing !== 'runWithout'),
          };
          const content = contentOf(left.revision);
          const draft = draftOf(
            { ...content, algorithms: new Map([...content.algorithms, [ref, back]]) },
            { policies: left.policies, paths: new Map() },
          );
          expect(validateDag(draft)).not.toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });
});
