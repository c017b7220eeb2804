import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readDefinitions } from './definitions/document.ts';
import { applyDefinitions } from './change/apply-definitions.ts';
import { channelCheck, expectedEveryUs, expectedOf } from './channels.ts';
import type { SourceKind } from './model.ts';
import { define } from './registry.fixture.ts';

const pump: SourceKind = {
  name: 'pump',
  owner: 'test',
  channels: [
    { name: 'pressure', type: 'double', unit: 'bar', signal: 'sample', everyUs: 100_000 },
    { name: 'speed', type: 'long', unit: '/min', signal: 'sample', everyUs: 1_000_000 },
    { name: 'running', type: 'boolean' },
    { name: 'mode', type: 'string' },
    { name: 'oil', type: 'double', signal: 'lab', everyUs: 3_600_000_000 },
  ],
  undeclared: 'accept',
};

const judge = (samples: Partial<Parameters<NonNullable<ReturnType<typeof channelCheck>>>[0]>, kind = pump) => {
  let undeclared = 0;
  const problem = channelCheck(kind)!({ values: {}, metadata: {}, ...samples }, () => (undeclared += 1));
  return { code: problem?.code ?? null, message: problem?.message ?? null, undeclared };
};

describe('channels of a kind', () => {
  it('let pass what they are declared as, in their unit or none', () => {
    const values = { pressure: NaN, speed: 1_500, running: 1 };
    expect(
      judge({ values, metadata: { mode: 'auto', note: 'x', pressure: 3 }, units: { pressure: 'bar', x: 'm' } }),
    ).toEqual({
      code: null,
      message: null,
      undeclared: 0,
    });
    expect(judge({ units: { speed: '{rpm}/min' } }).code).toBeNull();
  });

  it.each([
    [
      { values: { speed: 1.5 } },
      'Channel "speed" of kind pump is of type long: a whole number in `values`; the signal has 1.5 in `values`.',
    ],
    [{ values: { running: 2 } }, '0 or 1 in `values`; the signal has 2 in `values`'],
    [{ values: { mode: 1 } }, 'a text in `metadata`; the signal has 1 in `values`'],
    [
      { metadata: { pressure: 'high' } },
      'is of type double: a number in `values`; the signal has "high" in `metadata`',
    ],
    [{ metadata: { running: 'yes' } }, 'is of type boolean'],
  ])('refuse another type: %j', (samples, message) => {
    expect(judge(samples)).toMatchObject({ code: 'CHANNEL_TYPE', message: expect.stringContaining(message) });
  });

  it('refuse another unit, and say how it converts', () => {
    expect(judge({ values: { pressure: 3 }, units: { pressure: 'kPa' } })).toMatchObject({
      code: 'CHANNEL_UNIT',
      message: 'Channel "pressure" of kind pump is in bar; the signal gives it in kPa (1 kPa = 0.01 bar).',
    });
    expect(judge({ units: { pressure: 'psi' } }).code).toBe('CHANNEL_UNIT');
  });

  it('count what is not declared, or refuse it with the name that was meant', () => {
    expect(judge({ values: { presure: 3, load: 1 } })).toMatchObject({ code: null, undeclared: 2 });
    expect(judge({ values: { presure: 3 } }, { ...pump, undeclared: 'refuse' })).toMatchObject({
      code: 'CHANNEL_UNDECLARED',
      message: expect.stringContaining('Did you mean "pressure"?'),
    });
  });

  it('of a kind that declares none and takes all cost nothing', () => {
    expect(channelCheck({ ...pump, channels: [] })).toBeNull();
  });

  it('say what is expected of window types that read the signals which carry them', () => {
    expect(expectedEveryUs(pump, ['sample'])).toBe(100_000);
    expect(expectedEveryUs(pump, ['lab'])).toBe(3_600_000_000);
    expect(expectedEveryUs(pump, ['sample', 'lab'])).toBe(99_997);
    expect(expectedEveryUs(pump, ['sample', 'other'])).toBeUndefined();
    expect(expectedEveryUs(pump, [])).toBeUndefined();
  });

  it('never refuse doubles under any name when all channels are doubles', () => {
    const values = fc.dictionary(fc.string({ minLength: 1 }), fc.double());
    const doubles = { ...pump, channels: [{ name: 'a', type: 'double' as const }] };
    fc.assert(fc.property(values, (given) => judge({ values: given }, doubles).code === null));
  });
});

describe('kinds in a definitions file', () => {
  const STATE = {
    revision: { number: 0, windowTypes: [], processors: [], algorithms: [] },
    policies: new Map(),
    sources: new Map(),
  };
  const apply = (input: unknown) => {
    return applyDefinitions(STATE, readDefinitions(input));
  };
  const kinds = [
    {
      name: 'pump',
      channels: [
        { name: 'pressure', unit: 'bar', every: '100ms' },
        { name: 'mode', type: 'string' },
      ],
    },
  ];
  const hot = (expression: string) => ({
    name: 'hot',
    version: 1,
    for: { kind: 'pump' },
    reads: ['sample'],
    open: { condition: { signal: 'sample', while: expression, maxDuration: '1h' } },
  });

  it('become part of the revision, owned like all else', () => {
    const proposal = apply({ owner: 'blue', kinds });
    expect(proposal).toMatchObject({
      ok: true,
      revision: {
        number: 1,
        kinds: [
          {
            name: 'pump',
            owner: 'blue',
            undeclared: 'accept',
            channels: [
              { name: 'mode', type: 'string' },
              { name: 'pressure', type: 'double', unit: 'bar', everyUs: 100_000 },
            ],
          },
        ],
      },
      changes: [{ kind: 'kind', name: 'pump', action: 'added', owners: ['blue'] }],
    });
  });

  it.each([
    [{ name: 'pump', channels: [{ name: 'p', unit: 'bars' }] }, 'kinds[0].channels[0].unit', '"bars" is no UCUM unit'],
    [{ name: 'pump', channels: [{ name: 'p', unit: 'celsius' }] }, 'kinds[0].channels[0].unit', 'Did you mean "Cel"?'],
    [
      { name: 'pump', channels: [{ name: 'p', type: 'string', unit: 'm' }] },
      'kinds[0].channels[0].unit',
      'only numbers',
    ],
    [{ name: 'pump', channels: [{ name: 'p' }, { name: 'p' }] }, 'kinds[0].channels', 'given twice'],
    [{ name: 'unknown' }, 'kinds[0].name', 'nobody has declared'],
  ])('are refused: %j', (kind, path, message) => {
    expect(apply({ kinds: [kind] })).toMatchObject({
      ok: false,
      problems: [{ code: 'MALFORMED', path, message: expect.stringContaining(message) }],
    });
  });

  it('know the channels of conditions', () => {
    expect(apply({ kinds, windowTypes: [hot('values.pressure > 3.0 && values["pressure"] < 9.0')] }).ok).toBe(true);
    expect(apply({ windowTypes: [hot('values.presure > 3.0')] }).ok).toBe(true);
    expect(apply({ kinds, windowTypes: [hot('values.presure > 3.0')] })).toMatchObject({
      ok: false,
      problems: [
        {
          code: 'UNKNOWN_CHANNEL',
          path: 'windowTypes[0].open.condition.while',
          message: expect.stringContaining('Did you mean "pressure"?'),
        },
      ],
    });
    expect(apply({ kinds, windowTypes: [hot('values.mode > 3.0')] }).ok).toBe(false);
  });

  it('that a condition names may not go, nor all of them where none is taken that is not declared', () => {
    const there = apply({ owner: 'blue', kinds, windowTypes: [hot('values.pressure > 3.0')] });
    if (!there.ok) throw new Error(JSON.stringify(there.problems));
    const changed = (kind: object) =>
      define({ owner: 'red', kinds: [{ name: 'pump', ...kind }] }, { ...STATE, revision: there.revision });
    const refused = [
      { code: 'UNKNOWN_CHANNEL', path: 'windowTypes[hot@1].open.condition.while', owners: ['blue', 'red'] },
    ];
    expect(changed({ channels: [kinds[0]!.channels[1]!] })).toMatchObject({ ok: false, problems: refused });
    expect(changed({ undeclared: 'refuse' })).toMatchObject({ ok: false, problems: refused });
    expect(changed({ undeclared: 'accept' })).toMatchObject({ ok: true });
  });
});

describe('samples that are expected by channels', () => {
  const expectedIn = (scope: 'source' | 'group') =>
    expectedOf(
      {
        name: 'ten',
        version: '1',
        owner: 'blue',
        for: { kind: 'pump' },
        reads: ['sample'],
        open: { kind: 'fixed', sizeUs: 10_000_000, offsetUs: 0, align: 'epoch', partial: 'keep', scope },
        keepSignals: null,
        metadata: {},
        metadataFromClose: false,
      },
      new Map([['pump', pump]]),
    );

  it('are those of a source; of a group nobody knows how many members send', () => {
    expect(expectedIn('source')).toEqual({ everyUs: 100_000 });
    expect(expectedIn('group')).toBeUndefined();
  });
});
