import { describe, expect, it } from '@jest/globals';
import {
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

describe('window types', () => {
  const degradation = {
    name: 'degradation',
    version: 1,
    parent: 'life@1',
    open: { outcome: { algorithm: 'deviation@1', when: 'result > 3.0' } },
  };

  it('opens on an algorithm that is only expected so far', () => {
    expect(codesOf(define({ windowTypes: [life, cycle, degradation] }))).toEqual(['UNKNOWN_ALGORITHM']);
    expect(
      codesOf(
        define({
          windowTypes: [life, cycle, degradation],
          processors: [{ name: 'health', algorithms: ['deviation@1'] }],
        }),
      ),
    ).toEqual([]);
  });

  it('checks the condition against the result type when the algorithm registers', () => {
    const state = defined([life, cycle, degradation], {
      processors: [{ name: 'health', algorithms: ['deviation@1'] }],
    });
    expect(codesOf(registered([algorithm('deviation')], state))).toEqual([]);
    expect(refusal([algorithm('deviation', { result: 'string' })], state)).toMatchObject([
      { code: 'BAD_CONDITION', path: 'windowTypes[degradation@1].open.outcome.when' },
    ]);
  });

  it.each([
    ['0 0 30 2 *', 'CRON_NEVER_MATCHES'],
    ['61 * * * *', 'BAD_CRON'],
    ['2026-01-01T00:00:00', 'BAD_CRON'],
    ['* * * *', 'BAD_CRON'],
    ['*/10 * * * * *', undefined],
    ['@daily', undefined],
    ['0 0 29 2 *', undefined],
    ['*/5 * * * *', undefined],
  ])('judges the cron %s', (expression, code) => {
    const night = { name: 'night', version: 1, open: { cron: { expression, scope: 'global' } } };
    expect(codesOf(define({ windowTypes: [night] }))).toEqual(code ? [code] : []);
  });

  it('refuses a schedule of a source that reads nothing: only signals tell that the source is there', () => {
    const opens = [
      { cron: { expression: '0 6 * * *' } },
      { calendar: { zone: 'UTC', intervals: [{ name: 'day', start: '06:00', end: '14:00' }] } },
    ];
    for (const open of opens) {
      const type = { name: 'night', version: 1, open };
      expect(problemsOf(define({ windowTypes: [type] }))).toMatchObject([
        { code: 'NO_SIGNALS', path: 'windowTypes[0].reads' },
      ]);
      expect(codesOf(define({ windowTypes: [{ ...type, reads: ['sample'] }] }))).toEqual([]);
    }
  });

  it('refuses parents in a circle, five levels, a parent that is meant but missing, and sources no window can have', () => {
    const nested = (name: string, parent: string) => ({ ...cycle, name, parent });
    expect(codesOf(define({ windowTypes: [nested('a', 'b@1'), nested('b', 'a@1')] }))).toEqual(['PARENT_CYCLE']);
    expect(
      problemsOf(
        define({
          windowTypes: [life, nested('a', 'life@1'), nested('b', 'a@1'), nested('c', 'b@1'), nested('d', 'c@1')],
        }),
      ),
    ).toMatchObject([
      { code: 'NESTING_TOO_DEEP', path: 'windowTypes[4].parent', chain: ['d@1', 'c@1', 'b@1', 'a@1', 'life@1'] },
    ]);
    expect(
      codesOf(
        define({
          windowTypes: [{ name: 'a', version: 1, reads: ['x'], open: { fixed: { size: '1s', align: 'parent' } } }],
        }),
      ),
    ).toEqual(['PARENT_REQUIRED']);
    expect(
      codesOf(
        define({
          windowTypes: [
            { ...life, for: { kind: 'pump' } },
            { ...cycle, for: { kind: 'car' } },
          ],
        }),
      ),
    ).toEqual(['DISJOINT_SOURCES']);
  });

  it('refuses an expression over signals that is none, and a state that no field takes', () => {
    const condition = { signal: 'x', while: 'values.t >', maxDuration: '1h' };
    const state = { signal: 'x', of: '[values.t]', as: 'mode', maxDuration: '1h' };
    const hysteresis = { signal: 'x', from: 'values.t > 80.0', to: 'values.t', maxDuration: '1h' };
    const refused = problemsOf(
      define({
        windowTypes: [
          { name: 'a', version: 1, open: { condition } },
          { name: 'b', version: 1, open: { state } },
          { name: 'c', version: 1, open: { condition: hysteresis } },
          { name: 'd', version: 1, open: { count: { size: 5, maxDuration: '1h' } } },
        ],
      }),
    );
    expect(refused.map(({ code, path }) => [code, path])).toEqual([
      ['BAD_CONDITION', 'windowTypes[0].open.condition.while'],
      ['BAD_CONDITION', 'windowTypes[1].open.state.as'],
      ['BAD_CONDITION', 'windowTypes[1].open.state.of'],
      ['BAD_CONDITION', 'windowTypes[2].open.condition.to'],
      ['NO_SIGNALS', 'windowTypes[3].reads'],
    ]);
  });

  it('refuses fixed windows that no signal opens, and whatever waits for them', () => {
    const state = defined();
    const outcome = define({ windowTypes: [{ name: 'silent', version: 1, open: { fixed: { size: '1s' } } }] }, state);
    expect(problemsOf(outcome)).toMatchObject([{ code: 'NO_SIGNALS', path: 'windowTypes[0].reads' }]);
  });

  it('refuses windows that can never be: no signals of their own, never whole within their parent, no source of both', () => {
    const silent = { ...cycle, reads: [] };
    expect(problemsOf(define({ windowTypes: [life, silent] }))).toMatchObject([
      { code: 'NO_SIGNALS', path: 'windowTypes[1].reads' },
    ]);
    const within = (size: string, partial: 'keep' | 'drop') => ({
      ...cycle,
      name: 'inner',
      parent: 'cycle@1',
      open: { fixed: { size, partial } },
    });
    expect(codesOf(define({ windowTypes: [life, cycle, within('3s', 'keep')] }))).toEqual([]);
    expect(codesOf(define({ windowTypes: [life, cycle, within('2s', 'drop')] }))).toEqual([]);
    expect(problemsOf(define({ windowTypes: [life, cycle, within('3s', 'drop')] }))).toMatchObject([
      {
        code: 'NEVER_FITS',
        path: 'windowTypes[2].open.fixed.size',
        message: 'its windows are 3s long, those of cycle@1 at most 2s, and what is not whole is dropped',
        chain: ['inner@1', 'cycle@1'],
      },
    ]);
    const minute = { name: 'minute', version: 1, reads: ['x'], open: { fixed: { size: '16s', offset: '1s' } } };
    const inMinute = (open: object) =>
      problemsOf(
        define({ windowTypes: [minute, { name: 'inner', version: 1, parent: 'minute@1', reads: ['x'], open }] }),
      ).map(({ code, message }) => [code, / begin (\S+) after/.exec(message)?.[1]]);
    const partial = 'drop';
    expect(inMinute({ fixed: { size: '12s', offset: '4s', partial } })).toEqual([]);
    expect(inMinute({ fixed: { size: '12s', offset: '5s', partial } })).toEqual([['NEVER_FITS', '5s']]);
    expect(inMinute({ sliding: { size: '12s', slide: '6s', offset: '11s', partial } })).toEqual([['NEVER_FITS', '5s']]);
    const align = 'epoch';
    expect(inMinute({ fixed: { size: '16s', align, partial } })).toEqual([['NEVER_FITS', '15s']]);
    expect(inMinute({ fixed: { size: '16s', align, offset: '33s', partial } })).toEqual([]);
    expect(inMinute({ sliding: { size: '16s', slide: '6s', align, partial } })).toEqual([['NEVER_FITS', '1s']]);
    expect(inMinute({ sliding: { size: '15s', slide: '6s', align, partial } })).toEqual([]);
    const at = (site: string) => ({ for: { labels: { site, line: '1' } } });
    expect(
      problemsOf(
        define({
          windowTypes: [
            { ...life, ...at('north') },
            { ...cycle, ...at('south') },
          ],
        }),
      ),
    ).toMatchObject([{ code: 'DISJOINT_SOURCES', path: 'windowTypes[1].for.labels.site' }]);
  });

  it('refuses metadata that is required where only what they lie in could tell it, and does not', () => {
    const load = (type: 'double' | 'string') => ({ load: { type, required: true } });
    const found = {
      name: 'found',
      version: 1,
      parent: 'cycle@1',
      open: { outcome: { algorithm: 'finder@1', when: 'result > 1.0' } },
      metadata: load('double'),
    };
    const refused = (windowTypes: NonNullable<Parameters<typeof defined>[0]>) =>
      problemsOf(define({ windowTypes, processors: [{ name: 'health', algorithms: ['finder@1'] }] })).map(
        ({ code, path }) => [code, path],
      );
    const missing = ['METADATA_NEVER_GIVEN', 'windowTypes[2].metadata.load'];
    expect(refused([life, cycle, found])).toEqual([missing]);
    expect(refused([{ ...life, metadata: load('string') }, cycle, found])).toEqual([missing]);
    expect(refused([{ ...life, metadata: load('double') }, cycle, found])).toEqual([]);
    const nobodys = (open: object, ...fields: string[]) => ({
      name: 'day',
      version: 1,
      open,
      metadata: Object.fromEntries(fields.map((name) => [name, { type: 'string' as const, required: true }])),
    });
    const scope = 'global' as const;
    const calendar = { zone: 'UTC', scope, intervals: [{ name: 'early', start: '06:00', end: '14:00' }] };
    expect(refused([nobodys({ cron: { expression: '0 6 * * *', scope } }, 'load')])).toEqual([
      ['METADATA_NEVER_GIVEN', 'windowTypes[0].metadata.load'],
    ]);
    expect(refused([nobodys({ calendar }, 'shift', 'shiftDate')])).toEqual([]);
  });
});
