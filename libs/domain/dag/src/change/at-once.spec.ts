import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readDefinitions } from '../definitions/document.ts';
import {
  after,
  algorithm,
  codesOf,
  cycle,
  define,
  defined,
  emptyState,
  idle,
  life,
  problemsOf,
  processor,
  register,
} from '../registry.fixture.ts';
import { applyAndPrune } from './apply-definitions.ts';
import { ownershipProblems } from './ownership.ts';
import { retire } from './retire.ts';

const told = (outcome: ReturnType<typeof define>): string[] =>
  problemsOf(outcome).map(({ code, path }) => `${code} ${path}`);

/** Not of the shape it should have. */
const broken = { open: { fixed: { size: '2 seconds' } } };

describe('what cannot be read hides nothing else', () => {
  it('of a definitions file: each definition is judged, and its place is that in the file', () => {
    const outcome = define({
      windowTypes: [
        { ...life, ...broken },
        { ...cycle, name: 'silent', reads: [] },
        { ...cycle, name: 'lost', parent: 'nowhere@1' },
      ],
      policies: [{ windowType: 'silent@1', early: { count: 1, evry: '1s' } }, { windowType: 'cylce@1' }],
      kinds: [{ name: 'Pump' }],
      sources: [{ name: 'a' }, { name: 'b', kind: 'pump', parent: 'c' }],
      procesors: [],
    });
    expect(told(outcome)).toEqual([
      'MALFORMED kinds[0].name',
      'MALFORMED sources[0].kind',
      'MALFORMED windowTypes[0].open.fixed.size',
      'NO_SIGNALS windowTypes[1].reads',
      'UNKNOWN_FIELD policies[0].early.evry',
      'UNKNOWN_FIELD procesors',
      'UNKNOWN_PARENT sources[1].parent',
      'UNKNOWN_WINDOW_TYPE policies[1].windowType',
      'UNKNOWN_WINDOW_TYPE windowTypes[2].parent',
    ]);
  });

  it('of a registration', () => {
    const outcome = register(
      processor([algorithm('a', { timeout: '1 minute' }), algorithm('b', { windows: ['nowhere@1'] })], {
        team: 'green',
        version: 'new',
      }),
      defined(),
    );
    expect(told(outcome)).toEqual([
      'MALFORMED algorithms[0].timeout',
      'MALFORMED version',
      'UNKNOWN_TEAM team',
      'UNKNOWN_WINDOW_TYPE algorithms[1].windows[0]',
    ]);
  });

  it('of a retirement that names what is not there', () => {
    const state = after(
      register(processor([algorithm('a'), algorithm('b', { dependencies: [{ algorithm: 'a@1' }] })]), defined()),
      defined(),
    );
    const names = { processors: [], algorithms: ['a@1', 'c@1'], windowTypes: [], force: false };
    expect(codesOf(retire(state, names, idle))).toEqual(['STARVED', 'UNKNOWN_ALGORITHM']);
  });

  it('nor that it is another team’s', () => {
    const state = defined([{ ...life, owner: 'blue' }, cycle]);
    const outcome = define(
      {
        owner: 'red',
        windowTypes: [
          { ...life, reads: ['other'] },
          { ...cycle, name: 'x', reads: [] },
        ],
      },
      state,
    );
    if (outcome.ok) throw new Error('accepted');
    expect(codesOf(outcome)).toEqual(['NO_SIGNALS']);
    expect(ownershipProblems(outcome.changes!, 'red')).toMatchObject([
      { code: 'NOT_OWNER', path: 'windowType[life@1]' },
    ]);
  });

  it('and what a file that cannot be read does not change is not called another team’s', () => {
    const state = defined([{ ...life, owner: 'blue' }]);
    const outcome = define(
      {
        owner: 'Red',
        windowTypes: [
          { ...life, ...broken },
          { ...cycle, name: 'x' },
        ],
      },
      state,
    );
    expect(outcome).toMatchObject({ ok: false, changes: [] });
    const pruned = applyAndPrune(state, readDefinitions({ owner: 'blue', windowTypes: [{ ...life, ...broken }] }), {
      work: idle,
      force: false,
    });
    expect(pruned).toMatchObject({ ok: false, problems: [{ code: 'MALFORMED' }], changes: [] });
  });
});

describe('a reference to what cannot be read', () => {
  it('is not unknown, nor is anything wrong that hangs on it', () => {
    const field = { load: { type: 'double', required: true } } as const;
    const outcome = define({
      calendars: [{ name: 'shifts', zone: 'Mars' }],
      kinds: [{ name: 'pump', channels: [{ name: 'bar', every: '1 s' }] }],
      windowTypes: [
        { ...life, ...broken },
        cycle,
        { name: 'alike', version: 1, like: 'life@1' },
        { name: 'late', version: 1, reads: ['sample'], open: { calendar: { use: 'shifts' } } },
        { name: 'within', version: 1, parent: 'late@1', reads: ['sample'], open: { fixed: { size: '1s' } } },
        {
          name: 'hot',
          version: 1,
          parent: 'life@1',
          metadata: field,
          open: { outcome: { algorithm: 'a@^1', when: 'result > 1.0' } },
        },
      ],
      policies: [{ windowType: 'life@1.0.0' }],
      sources: [
        { name: 'hall', kind: 'Hall' },
        { name: 'pump-1', kind: 'pump', parent: 'hall' },
      ],
      processors: [{ name: 'P', algorithms: ['a@1'] }],
    });
    expect(told(outcome)).toEqual([
      'MALFORMED calendars[0].zone',
      'MALFORMED kinds[0].channels[0].every',
      'MALFORMED processors[0].name',
      'MALFORMED sources[0].kind',
      'MALFORMED windowTypes[0].open.fixed.size',
    ]);
  });

  it('is not unknown either where its name or version is what cannot be read', () => {
    const of = (more: object) =>
      define({ windowTypes: [{ ...life, ...more }, cycle, { ...cycle, name: 'x', parent: 'other@1' }] });
    expect(told(of({ name: 'Life' }))).toEqual([
      'MALFORMED windowTypes[0].name',
      'UNKNOWN_WINDOW_TYPE windowTypes[2].parent',
    ]);
    expect(told(of({ version: 1.5 }))).toEqual([
      'MALFORMED windowTypes[0].version',
      'UNKNOWN_WINDOW_TYPE windowTypes[2].parent',
    ]);
    expect(told(of({ name: undefined }))).toEqual(['MALFORMED windowTypes[0].name']);
    expect(told(define({ windowTypes: { life }, policies: [{ windowType: 'life@1' }] }))).toEqual([
      'MALFORMED windowTypes',
    ]);
  });

  it('is judged neither against what was there under that name', () => {
    const upstream = (more: object) => algorithm('a', more);
    const reader = (reads: 'double' | 'string') => algorithm('b', { dependencies: [{ algorithm: 'a@1', reads }] });
    const state = after(register(processor([upstream({}), reader('double')]), defined()), defined());
    const now = register(processor([upstream({ result: 'string', timeout: '1 s' }), reader('string')]), state);
    expect(told(now)).toEqual(['MALFORMED algorithms[0].timeout']);
    expect(
      told(
        register(
          processor([upstream({ windows: ['Cycle'] }), algorithm('c', { dependencies: [{ algorithm: 'a@2' }] })]),
          state,
        ),
      ),
    ).toEqual(['MALFORMED algorithms[0].windows[0]', 'UNKNOWN_ALGORITHM algorithms[1].dependencies[0].algorithm']);
  });

  it('and is told of whoever else exposes an algorithm only if the processor has a name', () => {
    const state = after(register(processor([algorithm('a')]), defined()), defined());
    expect(told(register({ ...processor([algorithm('a')]), name: 'Other' }, state))).toEqual(['MALFORMED name']);
    expect(told(register({ ...processor([algorithm('a')]), name: 'other', version: '' }, state))).toEqual([
      'DUPLICATE_OWNER algorithms[0]',
      'MALFORMED version',
    ]);
  });
});

it('what is wrong with one definition is told with any others, whatever else is broken', () => {
  const parts = [
    { name: 'silent', version: 1, open: { fixed: { size: '1m' } } },
    { name: 'nowhere', version: 1, parent: 'lost@1', reads: ['x'], open: { fixed: { size: '1m' } } },
    { name: 'never', version: 1, open: { cron: { expression: '0 0 30 2 *', scope: 'global' } } },
    { ...life, ...broken },
    { name: 'Bad', version: 1, reads: ['x'], open: { wholeLife: {} } },
    { ...cycle, alowed: 1 },
    { ...cycle, name: 'child', parent: 'cycle@1' },
  ];
  const codes = [
    'NO_SIGNALS',
    'UNKNOWN_WINDOW_TYPE',
    'CRON_NEVER_MATCHES',
    'MALFORMED',
    'MALFORMED',
    'UNKNOWN_FIELD',
    null,
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray([...parts.keys()], { minLength: 1 }), (some) => {
      const found = problemsOf(define({ windowTypes: some.map((i) => parts[i]!) }, emptyState));
      const expected = some.flatMap((i, at) => (codes[i] ? [`${codes[i]} windowTypes[${at}]`] : []));
      const isLost = some.includes(6) && !some.includes(5);
      const places = found.map(({ code, path }) => `${code} ${/^[^\]]*\]/.exec(path)![0]}`);
      const child = `UNKNOWN_WINDOW_TYPE windowTypes[${some.indexOf(6)}]`;
      expect([...places].sort()).toEqual([...expected, ...(isLost ? [child] : [])].sort());
    }),
    { numRuns: 150 },
  );
});
