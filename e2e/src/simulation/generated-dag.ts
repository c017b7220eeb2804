import type { DefinitionsInput, RegistrationInput } from '@windlass/dag';
import fc from 'fast-check';
import { atSecond, LIFE_SECONDS } from './drive.ts';

type WindowTypeInput = NonNullable<DefinitionsInput['windowTypes']>[number];
type AlgorithmInput = RegistrationInput['algorithms'][number];

export interface GeneratedDag {
  readonly definitions: DefinitionsInput;
  readonly registrations: readonly RegistrationInput[];
}

const LEVELS = 4;
/** Seconds of a window at each level of nesting. */
const SECONDS = [32, 16, 8, 4];

/** Of the calendar, from midnight on. */
const MINUTES = Array.from({ length: 11 }, (_, minute) => minute);
const clock = (minutes: number): string => `00:${String(minutes).padStart(2, '0')}`;

const policies = fc.constantFrom<NonNullable<WindowTypeInput['policy']>>(
  {},
  { outOfOrderness: '2s', allowedLateness: '1m' },
  { early: { count: 3 }, allowedLateness: '30s' },
);

/** Kinds whose windows signals and schedules open. What lies in other windows is as long as fits there. */
function openings(level: number, outer: TypeSketch | null): fc.Arbitrary<NonNullable<WindowTypeInput['open']>> {
  const size = `${SECONDS[level]!}s`;
  const half = `${SECONDS[level]! / 2}s`;
  const kinds: NonNullable<WindowTypeInput['open']>[] = [
    { fixed: { size } },
    { sliding: { size, slide: half } },
    { session: { gap: '3s' } },
    { startStop: { signal: 'run', maxDuration: '5m' } },
    { point: { signal: 'mark', before: '1s', after: half } },
    { condition: { signal: 'sample', while: 'values.v > 1.0', maxDuration: '5m' } },
    { state: { signal: 'sample', of: 'values.v > 1.0', maxDuration: '5m' } },
    { count: { size: 3, maxDuration: '5m' } },
    { wholeLife: {} },
  ];
  if (level === 0)
    kinds.push(
      { cron: { expression: '* * * * *', zone: 'UTC' } },
      {
        calendar: {
          zone: 'Europe/Berlin',
          intervals: MINUTES.map((from) => ({ name: `minute-${from}`, start: clock(from), end: clock(from + 1) })),
        },
      },
    );
  // In windows of 32 s; within others it depends on their lengths whether one is ever whole.
  if (outer && isRootGrid(outer.type))
    kinds.push(
      ...['0s', '5s', '9s'].flatMap((offset) => [
        { fixed: { size: '28s', offset, partial: 'drop' as const } },
        { sliding: { size: '28s', slide: half, offset, partial: 'drop' as const } },
        { fixed: { size: '32s', offset, align: 'epoch' as const, partial: 'drop' as const } },
      ]),
    );
  return fc.constantFrom(...kinds);
}

const isGrid = ({ open }: WindowTypeInput): boolean => 'fixed' in open! || 'sliding' in open!;
const isRootGrid = (type: WindowTypeInput): boolean => isGrid(type) && type.parent === undefined;

/** What signals tell, and which windows without it are refused. */
const LOAD = { load: { type: 'double' as const, required: true } };
/** What every window with one sample has. */
const FEW_SAMPLES = 0.001;

/** With each as it is, something that may keep a type from opening, and what its bindings may ask for. */
const quirks = fc.constantFrom<Pick<WindowTypeInput, 'reads' | 'metadata' | 'expected'>>(
  ...[{}, {}, {}, {}, {}, { reads: [] }, { metadata: LOAD }, { expected: { every: '1s' } }],
);

const refOf = (name: string): string => `${name}@1`;
const typeName = (i: number): string => `type-${i}`;
const algorithmName = (i: number): string => `algorithm-${i}`;

interface TypeSketch {
  readonly type: WindowTypeInput;
  readonly level: number;
}

/** Windows of the group that the source is in, some of which lie beside those of its members. */
const ofGroups: readonly NonNullable<WindowTypeInput['open']>[] = [
  { fixed: { size: '32s', scope: 'group' } },
  { fixed: { size: '64s', scope: 'group' } },
  { sliding: { size: '32s', slide: '16s', scope: 'group' } },
];

const isOfGroup = ({ open }: WindowTypeInput): boolean => (open!.fixed ?? open!.sliding)?.scope === 'group';

/** A type that lies in an earlier one, or in none. The first is opened from outside, and the first algorithm runs on it. */
function windowType(i: number, before: readonly TypeSketch[], algorithms: number): fc.Arbitrary<TypeSketch> {
  const parents = before.filter(({ type, level }) => level < LEVELS - 1 && !isTooLate(type) && !isOfGroup(type));
  const parent = fc.option(parents.length > 0 ? fc.constantFrom(...parents) : fc.constant(null), { nil: null });
  return parent.chain((outer) => {
    const level = outer ? outer.level + 1 : 0;
    const base = { name: typeName(i), version: 1, reads: ['sample'] };
    const nested = outer ? { parent: refOf(outer.type.name) } : {};
    const opener = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(algorithms - 1) });
    const byResults = opener.map(algorithmName).chain((name) =>
      fc.constantFrom<NonNullable<WindowTypeInput['open']>>(
        { emission: {} },
        {
          outcome: {
            algorithm: refOf(name),
            when: 'true',
            ...(outer
              ? { from: 'start', until: 'parent', once: 'parent' }
              : { from: 'end', until: '20s', once: 'never' }),
          },
        },
      ),
    );
    return fc
      .record({
        quirk: quirks,
        open: fc.oneof(
          { weight: 4, arbitrary: openings(level, outer) },
          { weight: i === 0 ? 0 : 1, arbitrary: byResults },
          { weight: i === 0 || outer ? 0 : 4, arbitrary: fc.constantFrom(...ofGroups) },
        ),
        policy: policies,
      })
      .map(({ open, policy, quirk }) => ({
        // Who emits or opens by hand tells no metadata.
        type: { ...base, ...nested, ...('emission' in open && quirk.metadata ? {} : quirk), open, policy },
        level,
      }));
  });
}

/** A result opens its windows when what they lie in may be over: no signal comes any more that could fall into them. */
const isTooLate = (type: WindowTypeInput): boolean => type.parent !== undefined && isOpenedByResults(type);

const growing = (count: number, algorithms: number): fc.Arbitrary<readonly TypeSketch[]> =>
  count === 0
    ? fc.constant([])
    : growing(count - 1, algorithms).chain((before) =>
        windowType(count - 1, before, algorithms).map((one) => [...before, one]),
      );

type On = ('EARLY' | 'ON_TIME' | 'LATE' | 'FINAL')[];

const sure = fc.constantFrom<On | undefined>(undefined, ['ON_TIME'], ['ON_TIME', 'LATE', 'FINAL'], ['FINAL']);
const early = fc.constantFrom<On>(['EARLY'], ['LATE'], ['EARLY', 'LATE']);

/**
 * Mostly what comes in any case; only that of what results or people open, which may be over already, of what reads nothing, and of what
 * lies in something else: that may have few signals, none of which comes early enough or late.
 */
const timingsOn = ({ on }: Binds): fc.Arbitrary<On | undefined> =>
  on.some(({ type, level }) => isOpenedByResults(type) || type.reads?.length === 0 || level > 0)
    ? sure
    : fc.oneof({ weight: 3, arbitrary: sure }, { weight: 1, arbitrary: early });

/** Who waits for what comes in a few windows alone would need more of them than are driven. */
const FORGIVING = { onMissing: 'runWithout', onFailed: 'runWithout', onProvisional: 'accept' } as const;
const FORGIVING_FAILED = { onFailed: 'runWithout' } as const;
const isSure = (on: On | undefined): boolean => on === undefined || on.includes('ON_TIME') || on.includes('FINAL');

const isOpenedByResults = ({ open }: WindowTypeInput): boolean => 'emission' in open! || 'outcome' in open!;

const results = fc.constantFrom<AlgorithmInput['result']>('double', 'long', 'boolean', 'string');

interface Binds {
  readonly name: string;
  readonly on: readonly TypeSketch[];
}

type Relation = Extract<NonNullable<AlgorithmInput['dependencies']>[number]['relation'], unknown>;

/**
 * Of a grid some of these are never met: windows begin every 16 or 32 s. Of one algorithm only one is read: each dependency is proven for
 * itself, and that one needs a window where another must have none is not seen.
 */
const STRETCHES: readonly Relation[] = [
  { previous: '20s' },
  { previous: { count: 1, gap: 1, within: '40s' } },
  { previous: { duration: '10s', gap: '24s' } },
];

/** Relations by which one algorithm may read another: of others it is known that they are refused. */
function relationsTo(own: readonly TypeSketch[], upstream: readonly TypeSketch[]): Relation[] {
  const on = new Set(upstream.map(({ type }) => refOf(type.name)));
  const isSame = own.every(({ type }) => on.has(refOf(type.name)));
  const isParent = own.every(({ type }) => type.parent !== undefined && on.has(type.parent));
  const isChildren = own.every((outer) => upstream.some(({ type }) => type.parent === refOf(outer.type.name)));
  const stretches = own.every(({ type }) => isRootGrid(type)) ? STRETCHES : [];
  const some: Relation[] = isSame ? ['same', { previous: 1 }, { previous: 2 }, ...stretches] : [];
  const isMembers = own.every(({ type }) => isOfGroup(type)) && upstream.some(({ type }) => !isOfGroup(type));
  return [
    ...some,
    ...(isParent ? ['parent' as const] : []),
    ...(isChildren ? ['children' as const] : []),
    ...(isMembers ? ['members' as const] : []),
  ];
}

function dependencyOf(
  own: Binds,
  before: readonly Binds[],
): fc.Arbitrary<NonNullable<AlgorithmInput['dependencies']>[number]> | null {
  const possible = before.flatMap(({ name, on }) =>
    relationsTo(own.on, on)
      .filter((relation) => name !== own.name || typeof relation === 'object')
      .map((relation) => ({
        ...{ algorithm: refOf(name), relation },
        // There may be none, or some that have no result.
        ...(relation === 'children' && on.some(({ type }) => isOpenedByResults(type)) && FORGIVING_FAILED),
      })),
  );
  if (possible.length === 0) return null;
  return fc
    .record({
      of: fc.constantFrom(...possible),
      onMissing: fc.constantFrom('wait' as const, 'runWithout' as const, 'skip' as const, 'fail' as const),
      onFailed: fc.constantFrom(undefined, 'wait' as const, 'runWithout' as const, 'skip' as const, 'fail' as const),
      onProvisional: fc.constantFrom('accept' as const, 'wait' as const),
    })
    .map(({ of, onFailed, ...rest }) => ({ ...rest, ...(onFailed && { onFailed }), ...of }));
}

function algorithmOf(own: Binds, before: readonly Binds[], types: readonly TypeSketch[]): fc.Arbitrary<AlgorithmInput> {
  const dependency = dependencyOf(own, before);
  const emitted = types.filter(({ type }) => 'emission' in type.open!).map(({ type }) => refOf(type.name));
  return fc
    .record({
      asks: fc.constantFrom(false, false, false, true),
      on: timingsOn(own),
      dependencies: dependency
        ? fc.uniqueArray(dependency, {
            maxLength: 2,
            selector: ({ algorithm, relation }) =>
              JSON.stringify([algorithm, STRETCHES.includes(relation) ? 'stretch' : relation]),
          })
        : fc.constant<NonNullable<AlgorithmInput['dependencies']>>([]),
      emits: fc.oneof(
        { weight: 2, arbitrary: fc.constant<string[]>([]) },
        {
          weight: 1,
          arbitrary: emitted.length > 0 ? fc.subarray(emitted, { maxLength: 1 }) : fc.constant<string[]>([]),
        },
      ),
      result: results,
    })
    .map(({ on, asks, dependencies, ...rest }) => ({
      name: own.name,
      version: 1,
      dependencies: (isSure(on) ? dependencies : dependencies.map((one) => ({ ...one, ...FORGIVING }))).map((one) =>
        one.algorithm === refOf(own.name) && dependencies.some(({ relation }) => relation === 'parent')
          ? { ...one, onFailed: 'runWithout' as const }
          : one,
      ),
      windows: own.on.map(({ type }) => ({
        windowType: refOf(type.name),
        ...(on && { on }),
        ...(asks && isCounted(type) && { minCompleteness: FEW_SAMPLES }),
      })),
      ...rest,
    }));
}

/** What signals open has some when it fires, if it reads any; what results open may be told when they have passed. */
const isCounted = (type: WindowTypeInput): boolean =>
  !isOpenedByResults(type) && (type.expected !== undefined || type.reads?.length === 0);

/** Of the source: its end closes windows that span all of its life. From its first signal on, or from before. */
const LIVES = [
  { validTo: atSecond(LIFE_SECONDS) },
  { validFrom: atSecond(-1), validTo: atSecond(LIFE_SECONDS) },
] as const;

const MAX_TYPES = 5;
const MAX_ALGORITHMS = 6;

/** Whatever people may write: window types of all kinds, nested, and the algorithms of three processors. Much of it is refused. */
export const generatedDag: fc.Arbitrary<GeneratedDag> = fc
  .tuple(fc.integer({ min: 1, max: MAX_TYPES }), fc.integer({ min: 1, max: MAX_ALGORITHMS }))
  .chain(([types, algorithms]) =>
    growing(types, algorithms).chain((sketches) =>
      fc
        .array(fc.subarray([...sketches], { minLength: 1, maxLength: Math.min(2, types) }), {
          minLength: algorithms,
          maxLength: algorithms,
        })
        .map((all) => all.map((on, i): Binds => ({ name: algorithmName(i), on: i === 0 ? [sketches[0]!] : on })))
        .chain((all) => fc.tuple(...all.map((own, i) => algorithmOf(own, all.slice(0, i + 1), sketches))))
        .chain((declared) => fc.constantFrom(...LIVES).map((life) => dagOf(sketches, declared, life))),
    ),
  );

function dagOf(
  sketches: readonly TypeSketch[],
  declared: readonly AlgorithmInput[],
  life: (typeof LIVES)[number],
): GeneratedDag {
  const processors = ['p0', 'p1', 'p2'].map((name, at) => ({
    name,
    version: '1.0.0',
    algorithms: declared.filter((_, i) => i % 3 === at),
  }));
  const used = processors.filter(({ algorithms }) => algorithms.length > 0);
  return {
    definitions: {
      windowTypes: sketches.map(({ type }) => type),
      processors: used.map(({ name, algorithms }) => ({ name, algorithms: algorithms.map((one) => refOf(one.name)) })),
      sources: [{ name: 'pump-1', kind: 'pump', groups: ['line-1'], ...life }],
    },
    registrations: used,
  };
}
