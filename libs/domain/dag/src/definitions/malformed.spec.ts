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
import { retire } from '../change/retire.ts';

const type = (more: object) => define({ windowTypes: [{ ...cycle, parent: undefined, ...more }] });
const saidOf = (outcome: ReturnType<typeof define>): string[] =>
  problemsOf(outcome).map(({ code, path, message, mend }) => `${code} ${path}: ${message} | ${mend}`);

describe('what has another shape is told once, with what would be right just there', () => {
  it.each([
    [
      'a missing field',
      { version: undefined },
      '"version" is required, and not given | give it, a whole number or a text: a semantic version',
    ],
    [
      'a missing duration',
      { open: { session: {} } },
      '"gap" is required, and not given | give it, a duration like "10m": silence of this length ends a window',
    ],
    [
      'a missing word',
      { metadata: { load: {} } },
      '"type" is required, and not given | give it, "double" or "string" or "boolean": of its value',
    ],
    ['a number for a text', { reads: [7] }, '7 is not a text | write a text: name of a signal'],
    [
      'a number that a text could be',
      { version: 1.1 },
      '1.1: a version is an integer or a quoted text like "1.2.0" | quote it: "1.1"',
    ],
    ['a text for a number', { keepSignals: { count: '5' } }, '"5" is not a number | write 5 without quotes'],
    ['a text for yes or no', { metadataFromClose: 'True' }, '"True" is not true or false | write true without quotes'],
    [
      'a duration without a unit',
      { open: { fixed: { size: 60 } } },
      '60 is not a text | say in what unit: "60s" or "60ms"',
    ],
    ['one for a list', { reads: 'sample' }, '"sample" is not a list | write a list: [sample]'],
    ['nothing for a list', { reads: null }, 'nothing (null) is not a list | write a list: signals that are elements'],
    ['a list for an object', { for: [] }, 'a list is not an object | write an object with kind, groups, labels'],
    [
      'a word that is none of those',
      { metadata: { load: { type: 'doubel' } } },
      '"doubel" is none of "double", "string", "boolean" | write "double"',
    ],
    ['too much', { keepSignals: { count: 6_000 } }, '6000 is too large: at most 5000 | at most 5000'],
    [
      'a name in capitals',
      { name: 'Main Cycle' },
      '"Main Cycle": a name is lower-case letters, digits and "-", and begins with a letter | write "main-cycle"',
    ],
    [
      'a duration in words',
      { open: { fixed: { size: '2 seconds' } } },
      '"2 seconds": a duration is a number and a unit (us, ms, s, m, h, d), for instance "500ms" or "1h30m" | write "2s"',
    ],
    [
      'a version that is none',
      { version: 'new' },
      '"new": a version is an integer or a quoted text like "1.2.0" | a version is an integer',
    ],
    [
      'a pre-release that is none',
      { version: '1.0.0-01' },
      '"1.0.0-01": a version is an integer or a quoted text like "1.2.0" | correct it as the message says (a semantic version',
    ],
    [
      'a reference without a version',
      { parent: 'life' },
      '"life": a reference is name@version or name@range, for instance "cycle@1" or "cycle@^1.2" | a reference is name@version',
    ],
    [
      'a field of another name',
      { metadata: { 'a.b': { type: 'double' } } },
      'an object is under a name that is none: a field is letters, digits, "_" and "-", and begins with a letter',
    ],
    ['a rule over several fields', { open: {} }, 'give exactly one of fixed, sliding'],
    [
      'an unknown field like another',
      { pollicy: {} },
      'unknown field "pollicy". Did you mean "policy"? | write "policy"',
    ],
    [
      'an unknown field like none',
      { policy: { xyzzy: 1 } },
      'unknown field "xyzzy". | remove it; the fields here are outOfOrderness, idleTimeout',
    ],
  ])('%s', (_, more, text) => {
    const said = saidOf(type(more));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(text);
  });

  it('each of several unknown fields at its own place', () => {
    expect(saidOf(type({ alike: 'a@1', kepSignals: {} }))).toEqual([
      expect.stringMatching(/^UNKNOWN_FIELD windowTypes\[0\]\.alike: .* write "like"/),
      expect.stringMatching(/^UNKNOWN_FIELD windowTypes\[0\]\.kepSignals: .* write "keepSignals"/),
    ]);
  });

  it.each([
    ['90 min', '90m'],
    ['1 Hour 30 minutes', '1h30m'],
    ['250 milliseconds', '250ms'],
    ['2', null],
    ['2 fortnights', null],
  ])('%s for a duration is meant as %s', (size, meant) => {
    const [problem] = problemsOf(type({ open: { fixed: { size } } }));
    expect(problem?.mend.startsWith('write "') ? problem.mend.slice(7, -1) : null).toBe(meant);
  });

  it.each([
    ['of a required field', { version: undefined, verison: 1 }, 'verison'],
    ['of one that another field asks for', { open: undefined, opne: { wholeLife: {} } }, 'opne'],
    ['of one of several', { open: { fixd: { size: '1m' } } }, 'open.fixd'],
    ['below', { open: { startStop: { signal: 'x', maxDuraton: '1h' } } }, 'open.startStop.maxDuraton'],
  ])('a slip in the name %s, and not that the field is missing', (_, more, path) => {
    expect(problemsOf(type(more)).map((one) => [one.code, one.path])).toEqual([
      ['UNKNOWN_FIELD', `windowTypes[0].${path}`],
    ]);
  });

  it('what is missing beside a field that is like none', () => {
    expect(codesOf(type({ version: undefined, xyzzy: 1 }))).toEqual(['MALFORMED', 'UNKNOWN_FIELD']);
    expect(codesOf(type({ open: { xyzzy: {} } }))).toEqual(['MALFORMED', 'UNKNOWN_FIELD']);
  });

  it('a document that is none', () => {
    expect(saidOf(define(null))).toEqual([
      expect.stringContaining('MALFORMED .: nothing (null) is not an object | write an object with'),
    ]);
    expect(saidOf(register([]))).toEqual([expect.stringContaining('MALFORMED .: a list is not an object')]);
  });

  it('how many there are beyond those that are told', () => {
    const problems = problemsOf(
      define({ windowTypes: Array.from({ length: 250 }, () => ({ ...life, version: 'new' })) }),
    );
    expect(problems).toHaveLength(201);
    expect(problems[0]).toMatchObject({ code: 'LIMIT_EXCEEDED', path: '.', message: expect.stringContaining('250') });
  });
});

describe('a version that is written otherwise', () => {
  const state = defined([life, cycle, { ...cycle, name: 'event', open: { emission: {} } }]);

  it('is the same wherever a window type or an algorithm is named', () => {
    const tuned = after(define({ policies: [{ windowType: 'cycle@1.0', allowedLateness: '1m' }] }, state), state);
    expect(tuned.policies.get('cycle@1')).toMatchObject({ allowedLatenessUs: 60_000_000 });
    expect(codesOf(define({ policies: [{ windowType: 'cycle@1' }, { windowType: 'cycle@1.0.0' }] }, state))).toEqual([
      'DUPLICATE',
    ]);
    const names = { processors: [], algorithms: [], windowTypes: ['event@1.0.0'], force: false };
    expect(retire(state, names, idle)).toMatchObject({ ok: true, changes: [{ action: 'removed', name: 'event@1' }] });
    expect(register(processor([algorithm('a', { windows: ['cycle@1.0.0'] })]), state)).toMatchObject({ ok: true });
  });

  it('is told where results must name it by the same text', () => {
    expect(saidOf(register(processor([algorithm('a', { emits: ['event@1.0.0'] })]), state))).toEqual([
      'UNKNOWN_WINDOW_TYPE algorithms[0].emits[0]: window type "event@1.0.0" is written "event@1"; emissions name it by its own text | write "event@1", here and in what is emitted',
    ]);
  });
});
