import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { policyFields, toPolicy, writtenPolicy } from '../definitions/policy.ts';
import { after, cycle, defined, life, problemsOf } from '../registry.fixture.ts';
import { tunePolicy } from './tune-policy.ts';

const policy = { outOfOrderness: '500ms', allowedLateness: '10m', coalesceLate: '2s', early: { every: '10s' } };

describe('tuning a policy', () => {
  const state = () => defined([life, { ...cycle, policy }]);
  const tuned = (patch: Record<string, unknown>, from = state()) =>
    after(tunePolicy(from, 'cycle@1', patch), from).policies.get('cycle@1')!;

  it('changes what is given and leaves the rest', () => {
    const before = state().policies.get('cycle@1')!;
    expect(tuned({ outOfOrderness: '2s' })).toEqual({ ...before, number: 2, outOfOrdernessUs: 2_000_000 });
    expect(tuned({ early: { count: 5 } })).toEqual({ ...before, number: 2, early: { count: 5 } });
  });

  it('knows the window type in whatever way its version is written', () => {
    const [from, patch] = [state(), { outOfOrderness: '2s' }];
    const otherwise = after(tunePolicy(from, 'cycle@1.0.0', patch), from).policies.get('cycle@1');
    expect(otherwise).toEqual(tuned(patch));
  });

  it('gives a field its default back with null', () => {
    expect(tuned({ early: null, outOfOrderness: null })).toMatchObject({ early: null, outOfOrdernessUs: 1_000_000 });
  });

  it('moves what follows from a field with it, unless that was given', () => {
    expect(tuned({ allowedLateness: '1h' })).toMatchObject({ dedupeHorizonUs: 3_600_000_000 });
    const given = defined([life, { ...cycle, policy: { ...policy, dedupeHorizon: '20m' } }]);
    expect(problemsOf(tunePolicy(given, 'cycle@1', { allowedLateness: '1h' }))).toMatchObject([
      { code: 'POLICY_CONTRADICTION', path: 'policies[0].dedupeHorizon' },
    ]);
  });

  it('refuses what contradicts what stays, an unknown field and an unknown window type', () => {
    const codes = (type: string, patch: Record<string, unknown>) =>
      problemsOf(tunePolicy(state(), type, patch)).map(({ code, path }) => [code, path]);
    expect(codes('cycle@1', { allowedLateness: '0s' })).toEqual([['POLICY_CONTRADICTION', 'policies[0].coalesceLate']]);
    expect(codes('cycle@1', { lateness: '1s' })).toEqual([['UNKNOWN_FIELD', 'policies[0].lateness']]);
    expect(codes('cylce@1', {})).toEqual([['UNKNOWN_WINDOW_TYPE', 'policies[0].windowType']]);
  });

  it('writes a policy so that it reads back as the same', () => {
    const us = fc.integer({ min: 0, max: 1e15 });
    const ms = fc.integer({ min: 1, max: 1e9 });
    const any = fc.record({
      outOfOrdernessUs: us,
      idleTimeoutMs: fc.option(ms),
      onIdle: fc.constantFrom('advance' as const, 'hold' as const),
      maxIdleMs: ms,
      early: fc.option(
        fc.oneof(fc.record({ everyMs: ms }), fc.record({ count: ms }), fc.record({ everyMs: ms, count: ms })),
      ),
      allowedLatenessUs: us,
      coalesceLateMs: ms,
      maxAheadUs: fc.option(us),
      dedupeHorizonUs: us,
      silence: fc.option(fc.record({ silentAfterMs: fc.option(ms), maxOfflineMs: ms })),
    });
    const catchUp = fc.record({
      windows: fc.constantFrom('all' as const, 'last' as const, 'none' as const),
      limit: fc.integer({ min: 1, max: 1_000 }),
      graceUs: us,
    });
    fc.assert(
      fc.property(any, fc.option(catchUp), ({ silence, ...fields }, caught) => {
        const one = { windowType: 'cycle@1', number: 3, ...fields, ...(caught && { catchUp: caught }), ...silence };
        expect(toPolicy('cycle@1', 3, policyFields.parse(writtenPolicy(one)))).toEqual(one);
      }),
    );
  });
});
