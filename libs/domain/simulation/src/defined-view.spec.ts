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

const hour = {
  name: 'hour',
  version: 1,
  reads: ['sample'],
  open: { fixed: { size: '1h' } },
  policy: { allowedLateness: '1m' },
};
/** Of each kind of thing something, and each way in which one hangs on another. */
const documents: readonly unknown[] = [
  {
    owner: 'red',
    calendars: [{ name: 'shifts', zone: 'UTC', intervals: [{ name: 'early', start: '06:00', end: '14:00' }] }],
    kinds: [{ name: 'pump', channels: [{ name: 'bar', signal: 'sample', every: '1s' }] }],
    windowTypes: [
      hour,
      { ...minute, parent: 'hour@1', for: { kind: 'pump' }, metadata: { load: { type: 'double' } } },
      { name: 'other', version: 1, for: { kind: 'car' }, reads: ['sample'], open: { fixed: { size: '1m' } } },
      { name: 'shift', version: 1, reads: ['sample'], open: { calendar: { use: 'shifts' } } },
      { name: 'alike', version: 1, like: 'hour@1' },
      {
        name: 'hot',
        version: 1,
        parent: 'hour@1',
        for: { kind: 'pump' },
        open: { outcome: { algorithm: 'a@^1', when: 'result > 1.0' } },
      },
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
    algorithm('a', { windows: ['minute@1', 'other@1'], emits: ['found@1'] }),
    algorithm('b', { windows: ['hour@1'], dependencies: [{ algorithm: 'a@1', relation: 'children' }] }),
  ),
  processor(
    'q',
    algorithm('c', {
      windows: [{ windowType: 'minute@1', minCompleteness: 0.5 }],
      dependencies: [{ algorithm: 'a@1' }, { algorithm: 'b@1', relation: 'parent' }],
    }),
    algorithm('d', { windows: [{ windowType: 'shift@1', on: ['EARLY'] }] }),
  ),
];

type Place = readonly string[];

/** Places of every value within. */
const placesIn = (value: unknown): Place[] =>
  typeof value !== 'object' || value === null
    ? [[]]
    : [[], ...Object.entries(value).flatMap(([key, one]) => placesIn(one).map((rest) => [key, ...rest]))];

function withAt(document: unknown, [key, ...rest]: Place, value: unknown): unknown {
  if (key === undefined) return value;
  if (typeof document !== 'object' || document === null) return document;
  const copy: any = Array.isArray(document) ? [...(document as unknown[])] : { ...document };
  copy[key] = withAt(copy[key], rest, value);
  return copy;
}

interface Slip {
  readonly document: number;
  readonly place: Place;
  readonly value: unknown;
}

const slipped = (all: readonly unknown[], { document, place, value }: Slip): unknown[] =>
  all.with(document, withAt(all[document], place, value));

const brief = (some: readonly { readonly code: string; readonly path: string }[]): string[] =>
  some.map(({ code, path }) => `${code} ${path}`).sort();

/** Of the shape of each document by itself. */
const ofShape = ([definitions, ...registrations]: readonly unknown[]) =>
  [readDefinitions(definitions), ...registrations.map(readRegistration)].flatMap(({ problems }) => problems);

const refusalOf = ([definitions, ...registrations]: readonly unknown[]) => {
  const defined = definedView(definitions, registrations);
  return defined.ok ? [] : defined.problems;
};

it('nothing but a slip is told of documents with one that makes some part unreadable, wherever it is', () => {
  expect(refusalOf(documents)).toEqual([]);
  let told = 0;
  for (const [document, one] of documents.entries())
    for (const place of placesIn(one))
      for (const value of [null, {}, 'No']) {
        // What has got quite another name may not be what is referred to.
        const isRenamed =
          value === 'No' && /(?:^|,)(?:name|processors,0,algorithms,0|policies,0,windowType)$/.test(place.join());
        const all = slipped(documents, { document, place, value });
        const shape = ofShape(all);
        if (isRenamed || shape.length === 0) continue;
        told += 1;
        expect([place, value, brief(refusalOf(all))]).toEqual([place, value, brief(shape)]);
      }
  expect(told).toBeGreaterThan(200);
});

it('whatever documents hold, they are judged, and what is wrong with their shape is told', () => {
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
  );
  const slip = fc
    .nat({ max: documents.length - 1 })
    .chain((document) =>
      fc.record({ document: fc.constant(document), place: fc.constantFrom(...placesIn(documents[document])), value }),
    );
  fc.assert(
    fc.property(fc.array(slip, { minLength: 1, maxLength: 4 }), (slips) => {
      const all = slips.reduce(slipped, [...documents]);
      const found = refusalOf(all);
      expect(brief(found)).toEqual(expect.arrayContaining(brief(ofShape(all))));
      expect(found.every(({ message, mend }) => message !== '' && mend !== '')).toBe(true);
    }),
    { numRuns: 200 },
  );
});
