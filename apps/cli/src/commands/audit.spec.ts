import { describe, expect, it } from '@jest/globals';
import { type AuditEntry, describeEntry, entriesOf, sinceUs } from './audit.ts';

const entry = (id: number, rest: Partial<AuditEntry> = {}): AuditEntry => ({
  id,
  atUs: Date.UTC(2026, 0, 31, 12) * 1000,
  who: 'ann',
  team: 'red',
  kind: 'REGISTRATION',
  revision: { from: 3, to: 4 },
  changes: [],
  changeCount: 1,
  summary: 'added processor health',
  why: null,
  ...rest,
});

describe('windlass audit', () => {
  it('says when, who, what and why, with the numbers of what was changed', () => {
    expect(describeEntry(entry(1))).toBe(
      '2026-01-31T12:00:00.000Z  ann (red)  REGISTRATION  revision 3 → 4  added processor health',
    );
    const policy = { kind: 'POLICY', revision: { from: 4, to: 4 }, changes: [{ numbers: { from: 1, to: 2 } }] };
    expect(describeEntry(entry(2, { ...policy, summary: 'changed policy cycle@1', why: 'late buses' }))).toBe(
      '2026-01-31T12:00:00.000Z  ann (red)  POLICY  number 1 → 2  changed policy cycle@1\n    why: late buses',
    );
    expect(describeEntry(entry(3, { kind: 'SOURCES', revision: { from: 4, to: 4 } }))).toContain('revision 4  ');
  });

  it('reads page after page with the filter', async () => {
    const asked: string[] = [];
    const pages = [
      { entries: [entry(9), entry(8)], nextCursor: 8 },
      { entries: [entry(2)], nextCursor: null },
    ];
    const ask = (path: string) => Promise.resolve(pages[asked.push(path) - 1]!);
    const ids: number[] = [];
    for await (const { id } of entriesOf({ who: 'ann', subject: 'policy/cycle@1' }, 2, ask)) ids.push(id);
    expect(ids).toEqual([9, 8, 2]);
    expect(asked).toEqual([
      '/v1/audit?who=ann&subject=policy%2Fcycle%401&limit=2',
      '/v1/audit?who=ann&subject=policy%2Fcycle%401&limit=2&cursor=8',
    ]);
  });

  it('takes a time, or how long ago', () => {
    const nowUs = Date.UTC(2026, 1, 1) * 1000;
    expect(sinceUs('1d', nowUs)).toBe(Date.UTC(2026, 0, 31) * 1000);
    expect(sinceUs('2026-01-31T00:00:00Z', nowUs)).toBe(Date.UTC(2026, 0, 31) * 1000);
    expect(() => sinceUs('yesterday', nowUs)).toThrow(expect.objectContaining({ code: 'BAD_TIME' }));
  });
});
