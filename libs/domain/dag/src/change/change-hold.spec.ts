import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Hold, HoldMode, HoldSubject } from '../hold.ts';
import type { DagRevision } from '../model.ts';
import { changeHold, type WantedHold } from './change-hold.ts';

const revision = {
  number: 1,
  windowTypes: [{ name: 'cycle', version: '1', owner: 'hub' }],
  processors: [{ name: 'health', version: '1', owner: 'red', team: 'red' }],
  algorithms: [{ name: 'rul', version: '1', owner: 'red', processor: 'health' }],
} as unknown as DagRevision;
const empty: DagRevision = { number: 2, windowTypes: [], processors: [], algorithms: [] };
const health = { kind: 'processor', name: 'health' } as const;
const wanted = (rest: Partial<WantedHold> = {}): WantedHold => ({
  subject: health,
  mode: 'PAUSE',
  by: 'olga',
  why: null,
  nowUs: 5,
  ...rest,
});

describe('holding something', () => {
  it('ends in what was wanted last, numbered by how often it has changed', () => {
    const modes = fc.array(fc.constantFrom<HoldMode | null>('PAUSE', 'DRAIN', null), { maxLength: 20 });
    const subjects = fc.constantFrom<HoldSubject>(
      health,
      { kind: 'algorithm', name: 'rul@1' },
      { kind: 'windowType', name: 'cycle@1' },
    );
    fc.assert(
      fc.property(modes, subjects, (all, subject) => {
        let hold: Hold | undefined;
        let changes = 0;
        for (const [nowUs, mode] of all.entries()) {
          const proposal = changeHold({ revision, hold }, wanted({ subject, mode, nowUs }));
          if (!proposal.ok) throw new Error('refused');
          expect(proposal.hold === null).toBe((hold?.mode ?? null) === mode);
          if (proposal.hold === null) continue;
          hold = proposal.hold;
          changes++;
        }
        expect(hold?.mode ?? null).toBe(all.at(-1) ?? null);
        expect(hold?.number ?? 0).toBe(changes);
      }),
    );
  });

  it('keeps whose it is, who did it, when and why', () => {
    const proposal = changeHold({ revision, hold: undefined }, wanted({ why: 'the sensor is being replaced' }));
    expect(proposal).toEqual({
      ok: true,
      owner: 'red',
      hold: {
        ...health,
        number: 1,
        mode: 'PAUSE',
        owner: 'red',
        by: 'olga',
        why: 'the sensor is being replaced',
        sinceUs: 5,
      },
    });
  });

  it('refuses what does not exist, with what would be right', () => {
    const codeOf = (rest: Partial<WantedHold>, of = revision) => {
      const proposal = changeHold({ revision: of, hold: undefined }, wanted(rest));
      return proposal.ok ? 'ok' : `${proposal.problems[0]!.code} ${proposal.problems[0]!.message}`;
    };
    expect(codeOf({ subject: { kind: 'processor', name: 'heath' } })).toBe(
      'UNKNOWN_PROCESSOR processor "heath" does not exist. Did you mean "health"?',
    );
    expect(codeOf({ subject: { kind: 'algorithm', name: 'rul@2' } })).toContain('UNKNOWN_ALGORITHM');
    expect(codeOf({ subject: { kind: 'windowType', name: 'cycle@1' } })).toBe('ok');
    expect(codeOf({ mode: null }, empty)).toContain('UNKNOWN_PROCESSOR');
  });

  it('lets go of what was retired while it was held, and does not hold it again', () => {
    const held = changeHold({ revision, hold: undefined }, wanted());
    if (!held.ok || !held.hold) throw new Error('refused');
    const state = { revision: empty, hold: held.hold };
    expect(changeHold(state, wanted({ mode: 'DRAIN' }))).toMatchObject({ ok: false });
    const resumed = changeHold(state, wanted({ mode: null }));
    expect(resumed).toMatchObject({ ok: true, owner: 'red', hold: { mode: null, number: 2 } });
    if (!resumed.ok || !resumed.hold) throw new Error('refused');
    expect(changeHold({ revision: empty, hold: resumed.hold }, wanted())).toMatchObject({ ok: false });
  });
});
