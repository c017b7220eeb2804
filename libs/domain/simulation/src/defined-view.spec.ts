import { describe, expect, it } from '@jest/globals';
import { readDefinitions, readRegistration } from '@windlass/dag';
import fc from 'fast-check';
import { definedView } from './defined-view.ts';

const minute = { name: 'minute', version: 1, reads: ['sample'], open: { fixed: { size: '1m' } } };
const silent = { name: 'silent', version: 1, open: { fixed: { size: '1m' } } };
const algorithm = (name: string, more: object = {}) => ({
  name,
  version: 1,
  windows: ['minute@1'],
  result: 'double',
  ...more,
});
const processor = (name: string, ...algorithms: readonly object[]) => ({ name, version: 1, algorithms });

const told = (...documents: Parameters<typeof definedView>): string[] => {
  const defined = definedView(...documents);
  return defined.ok ? [] : defined.problems.map(({ registration, code, path }) => `${registration} ${code} ${path}`);
};

describe('what several documents make of a hub', () => {
  it('is refused with everything that is wrong with any of them, each once', () => {
    const reader = processor(
      'b',
      algorithm('b', { dependencies: [{ algorithm: 'lost@1' }] }),
      algorithm('c', { windows: ['silent@1'] }),
    );
    expect(
      told({ windowTypes: [minute, silent] }, [processor('a', algorithm('a', { windows: ['hour@1'] })), reader]),
    ).toEqual([
      'null NO_SIGNALS windowTypes[1].reads',
      '0 UNKNOWN_WINDOW_TYPE algorithms[0].windows[0]',
      '1 STARVED algorithms[1]',
      '1 UNKNOWN_ALGORITHM algorithms[0].dependencies[0].algorithm',
    ]);
  });

  it('tells the same of each document that has it', () => {
    const lost = (name: string) => processor(name, algorithm(name, { windows: ['hour@1'] }));
    expect(told({ windowTypes: [minute] }, [lost('a'), lost('b')])).toEqual([
      '0 UNKNOWN_WINDOW_TYPE algorithms[0].windows[0]',
      '1 UNKNOWN_WINDOW_TYPE algorithms[0].windows[0]',
    ]);
  });

  it('is judged as if what cannot be read were there', () => {
    const first = processor('a', algorithm('a', { timeout: '1 s' }));
    const second = processor(
      'b',
      algorithm('b', { windows: ['hour@1'], dependencies: [{ algorithm: 'a@^1' }] }),
      algorithm('c', { dependencies: [{ algorithm: 'nobody@1' }] }),
    );
    expect(told({ windowTypes: [minute, { ...silent, name: 'hour', open: {} }] }, [first, second])).toEqual([
      'null MALFORMED windowTypes[1].open',
      '0 MALFORMED algorithms[0].timeout',
      '1 UNKNOWN_ALGORITHM algorithms[1].dependencies[0].algorithm',
    ]);
    expect(told(undefined, [second, { ...second, team: 'Blue' }])).toEqual(['null MALFORMED .', '1 MALFORMED team']);
  });

  it('tells a loop that is closed over documents where it is closed', () => {
    const [one, two] = ['a', 'b'].map((name, i) =>
      processor(name, algorithm(name, { dependencies: [{ algorithm: i === 0 ? 'b@1' : 'a@1' }] })),
    );
    expect(told({ windowTypes: [minute], processors: [{ name: 'b', algorithms: ['b@1'] }] }, [one, two])).toEqual([
      '1 CYCLE algorithms[a@1].dependencies[0]',
    ]);
  });
});

/** Places of every value within. */
const placesIn = (value: unknown): (readonly string[])[] =>
  typeof value !== 'object' || value === null
    ? [[]]
    : [[], ...Object.entries(value).flatMap(([key, one]) => placesIn(one).map((rest) => [key, ...rest]))];

function withAt(document: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const copy: any = Array.isArray(document) ? [...(document as unknown[])] : { ...(document as object) };
  copy[key] = withAt(copy[key], rest, value);
  return copy;
}

it('answers whatever documents hold, and refuses each that has another shape', () => {
  const hour = {
    name: 'hour',
    version: 1,
    reads: ['sample'],
    open: { fixed: { size: '1h' } },
    policy: { allowedLateness: '1m' },
  };
  const documents = [
    {
      owner: 'red',
      calendars: [{ name: 'shifts', zone: 'UTC', intervals: [{ name: 'early', start: '06:00', end: '14:00' }] }],
      kinds: [{ name: 'pump', channels: [{ name: 'bar', signal: 'sample', every: '1s' }] }],
      windowTypes: [
        hour,
        { ...minute, parent: 'hour@1', for: { kind: 'pump' } },
        { name: 'shift', version: 1, reads: ['sample'], open: { calendar: { use: 'shifts' } } },
        { name: 'alike', version: 1, like: 'hour@1' },
        { name: 'hot', version: 1, parent: 'hour@1', open: { outcome: { algorithm: 'a@^1', when: 'result > 1.0' } } },
        { name: 'found', version: 1, parent: 'hour@1', open: { emission: {} } },
      ],
      policies: [{ windowType: 'shift@1', early: { count: 2 } }],
      sources: [
        { name: 'hall', kind: 'hall' },
        { name: 'pump-1', kind: 'pump', parent: 'hall', groups: ['line-1'] },
      ],
      processors: [{ name: 'p', algorithms: ['a@1'] }],
    },
    processor(
      'p',
      algorithm('a', { emits: ['found@1'] }),
      algorithm('b', {
        windows: [{ windowType: 'hour@1', on: ['ON_TIME'] }],
        dependencies: [{ algorithm: 'a@1', relation: 'children' }],
      }),
    ),
    processor('q', algorithm('c', { dependencies: [{ algorithm: 'a@1' }, { algorithm: 'b@1', relation: 'parent' }] })),
  ];
  const value = fc.constantFrom<unknown>(
    null,
    undefined,
    7,
    -1,
    '',
    'x',
    'minute@1',
    'a@^1',
    'Hour',
    [],
    {},
    [null],
    true,
    '1s',
  );
  const slip = fc
    .nat({ max: documents.length - 1 })
    .chain((i) => fc.tuple(fc.constant(i), fc.constantFrom(...placesIn(documents[i])), value));
  let [accepted, refused, alone] = [0, 0, 0];
  fc.assert(
    fc.property(fc.array(slip, { minLength: 1, maxLength: 3 }), (slips) => {
      const [definitions, ...registrations] = slips.reduce<unknown[]>(
        (all, [i, place, other]) =>
          all.with(
            i,
            placesIn(all[i]).some((one) => one.join() === place.join()) ? withAt(all[i], place, other) : all[i],
          ),
        documents,
      );
      const shapes = [readDefinitions(definitions), ...registrations.map(readRegistration)];
      const defined = definedView(definitions, registrations);
      if (defined.ok) accepted += 1;
      else refused += 1;
      const found = defined.ok ? [] : defined.problems;
      expect(found.every(({ message, mend }) => message !== '' && mend !== '')).toBe(true);
      for (const [i, { problems }] of shapes.entries())
        for (const { code, path } of problems)
          expect(found).toContainEqual(expect.objectContaining({ code, path, registration: i === 0 ? null : i - 1 }));
      // Nothing is wrong with the rest, so nothing else is told: but of what has got quite another name.
      const ofShape = shapes.flatMap(({ problems }) => problems);
      const isRenamed = slips.some(
        ([, place, other]) =>
          typeof other === 'string' && /(?:^|,)(?:name|processors,0,algorithms,0)$/.test(place.join()),
      );
      if (slips.length > 1 || ofShape.length === 0 || isRenamed) return;
      alone += 1;
      const brief = (some: typeof ofShape): string[] => some.map(({ code, path }) => `${code} ${path}`).sort();
      expect(brief([...found])).toEqual(brief(ofShape));
    }),
    { numRuns: 300 },
  );
  expect(told(documents[0], documents.slice(1))).toEqual([]);
  expect(Math.min(accepted, refused)).toBeGreaterThan(0);
  expect(alone).toBeGreaterThan(20);
});
