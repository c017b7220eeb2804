import { describe, expect, it } from '@jest/globals';
import {
  after,
  algorithm,
  codesOf,
  cycle,
  define,
  defined,
  life,
  problemsOf,
  refusal,
  registered,
} from '../registry.fixture.ts';

const picky = (windowType: string, minCompleteness: number) =>
  algorithm('a', { windows: [{ windowType, minCompleteness }] });

describe('policies', () => {
  it('refuses contradictions', () => {
    const policy = { coalesceLate: '5s', allowedLateness: '0s', idleTimeout: '2h', maxIdle: '1h' };
    expect(problemsOf(define({ windowTypes: [{ ...life, policy }] })).map(({ path }) => path)).toEqual([
      'windowTypes[0].policy.coalesceLate',
      'windowTypes[0].policy.maxIdle',
    ]);
  });

  it('refuses to catch up on windows of which none is ever missed', () => {
    const policy = { catchUp: { windows: 'last' as const } };
    const hour = { name: 'hour', version: 1, reads: ['sample'], open: { cron: { expression: '0 * * * *' } }, policy };
    expect(problemsOf(define({ windowTypes: [hour] }))).toEqual([]);
    expect(
      problemsOf(define({ windowTypes: [life, { ...cycle, policy }, { ...hour, parent: 'life@1' }] })),
    ).toMatchObject([
      {
        code: 'POLICY_CONTRADICTION',
        path: 'windowTypes[1].policy.catchUp',
        message: expect.stringContaining('fixed'),
      },
      { code: 'POLICY_CONTRADICTION', path: 'windowTypes[2].policy.catchUp' },
    ]);
    expect(problemsOf(define({ windowTypes: [{ ...hour, policy: { catchUp: { limit: 1_001 } } }] }))).toMatchObject([
      { code: 'MALFORMED', path: 'windowTypes[0].policy.catchUp.limit' },
    ]);
  });

  it('gives the windows of another type a policy of their own', () => {
    const outcome = after(
      define(
        { windowTypes: [{ name: 'cycle-late', version: 1, like: 'cycle@1', policy: { allowedLateness: '1h' } }] },
        defined(),
      ),
      defined(),
    );
    expect(outcome.revision.windowTypes.find(({ name }) => name === 'cycle-late')).toMatchObject({
      parent: 'life@1',
      open: { kind: 'fixed', sizeUs: 2_000_000 },
    });
    expect(outcome.policies.get('cycle-late@1')).toMatchObject({ number: 1, allowedLatenessUs: 3_600_000_000 });
  });

  it('refuses a completeness that cannot be reached', () => {
    const far = (open: object, reads: string[], every: string) =>
      defined([{ name: 'far', version: 1, reads, open, expected: { every } }]);
    const refused = (...of: Parameters<typeof far>) =>
      refusal([picky('far@1', 0.5)], far(...of)).map(({ message }) => message);
    expect(refused({ wholeLife: {} }, ['sample'], '1s')).toEqual([]);
    expect(refused({ wholeLife: {} }, ['sample'], 'learned')).toEqual([
      expect.stringContaining('would learn it from earlier windows, and a source has one of it'),
    ]);
    expect(refused({ emission: {} }, [], '1s')).toEqual([expect.stringContaining('counts no samples')]);
  });

  it('refuses a binding that asks for completeness where it is not known', () => {
    expect(problemsOf(registered([picky('cycle@1', 0.9)]))).toMatchObject([
      { code: 'BINDING_NEVER_FIRES', path: 'algorithms[0].windows[0].minCompleteness' },
    ]);
    const state = defined([life, { ...cycle, expected: { every: '100ms' } }]);
    expect(problemsOf(registered([picky('cycle@1', 0.9)], state))).toEqual([]);
    expect(state.revision.windowTypes.find(({ name }) => name === 'cycle')!.expected).toEqual({ everyUs: 100_000 });
  });

  it('takes a completeness that channels of the kind tell', () => {
    const kinds = [{ name: 'pump', channels: [{ name: 'v', signal: 'sample', every: '1s' }] }];
    const state = defined([life, { ...cycle, for: { kind: 'pump' } }], { kinds });
    expect(problemsOf(registered([picky('cycle@1', 0.9)], state))).toEqual([]);
  });

  it('refuses a binding to EARLY panes alone that asks for completeness where nobody knows how long windows will be', () => {
    const state = defined([
      { ...life, expected: { every: '1s' }, policy: { early: { count: 1 } } },
      { ...cycle, expected: { every: '1s' }, policy: { early: { count: 1 } } },
    ]);
    const on = (windowType: string, timings: ('EARLY' | 'ON_TIME')[]) =>
      problemsOf(registered([algorithm('a', { windows: [{ windowType, on: timings, minCompleteness: 0.5 }] })], state));
    expect(on('life@1', ['EARLY'])).toMatchObject([
      { code: 'BINDING_NEVER_FIRES', path: 'algorithms[0].windows[0].minCompleteness' },
    ]);
    expect(on('life@1', ['EARLY', 'ON_TIME'])).toEqual([]);
    expect(on('cycle@1', ['EARLY'])).toEqual([]);
  });

  it('refuses a binding to EARLY panes alone where nothing is counted, so that nothing changes', () => {
    const early = algorithm('a', { windows: [{ windowType: 'run@1', on: ['EARLY'] }] });
    const run = {
      name: 'run',
      version: 1,
      open: { startStop: { signal: 'run', maxDuration: '1h' } },
      policy: { early: { count: 1 } },
    };
    expect(refusal([early], defined([run]))).toMatchObject([
      {
        code: 'BINDING_NEVER_FIRES',
        path: 'algorithms[0].windows[0].on',
        message: expect.stringContaining('counts no samples'),
      },
    ]);
    expect(refusal([early], defined([{ ...run, reads: ['sample'] }]))).toEqual([]);
    const nobodys = {
      ...run,
      reads: ['sample'],
      open: { cron: { expression: '0 * * * *', scope: 'global' as const } },
    };
    expect(refusal([early], defined([nobodys]))).toMatchObject([{ code: 'BINDING_NEVER_FIRES' }]);
    const late = algorithm('a', { windows: [{ windowType: 'run@1', on: ['LATE'] }] });
    const policy = { allowedLateness: '1h' };
    expect(refusal([late], defined([{ ...nobodys, policy }]))).toMatchObject([
      { code: 'BINDING_NEVER_FIRES', message: expect.stringContaining('nothing changes in its windows') },
    ]);
    // A STOP may come late.
    expect(refusal([late], defined([{ ...run, policy }]))).toEqual([]);
  });

  it('refuses a binding that takes only panes its policy never fires, also when the policy changes later', () => {
    const early = algorithm('a', { windows: [{ windowType: 'cycle@1', on: ['EARLY'] }] });
    expect(codesOf(registered([early]))).toEqual(['BINDING_NEVER_FIRES']);
    const state = defined([life, { ...cycle, policy: { early: { count: 10 } } }]);
    const bound = after(registered([early], state), state);
    expect(problemsOf(define({ policies: [{ windowType: 'cycle@1' }] }, bound))).toMatchObject([
      { code: 'BINDING_NEVER_FIRES', path: 'algorithms[a@1].windows[0].on' },
    ]);
  });
});
