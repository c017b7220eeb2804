/** A large DAG, as people and processors hand it in. Every algorithm needs what came before it, over the same window and over the parent's. */

export const WINDOW_TYPES = 1_000;
export const ALGORITHMS = 10_000;
/** Of the registration that is timed. */
export const REGISTERED = 50;

/** The most that one registration may hold. */
const PER_REGISTRATION = 1_000;
/** Window types are nested so deep. */
const LEVELS = 4;

const typeRef = (at: number): string => `type-${at % WINDOW_TYPES}@1`;
const ref = (at: number): string => `algorithm-${at}@1`;

export interface BenchDefinitions {
  readonly windowTypes: readonly object[];
}

/** Trees of window types, four deep: hours in days in weeks in lives, so to speak. */
const windowTypesOf = ({ reads, allowedLateness }: { readonly reads: readonly string[]; allowedLateness: string }) =>
  Array.from({ length: WINDOW_TYPES }, (_, at) => ({
    name: `type-${at}`,
    version: '1',
    reads,
    open: { fixed: { size: `${4 ** (LEVELS - (at % LEVELS))}m` } },
    ...(at % LEVELS > 0 && { parent: typeRef(at - 1) }),
    policy: { allowedLateness },
  }));

export const definitions: BenchDefinitions = {
  windowTypes: windowTypesOf({ reads: ['sample'], allowedLateness: '1m' }),
};

/** The same file with every window type changed, and every policy. */
export const changedDefinitions = (number: number): BenchDefinitions => ({
  windowTypes: windowTypesOf({ reads: ['sample', `more-${number}`], allowedLateness: `${2 + number}m` }),
});

export interface BenchRegistration {
  readonly name: string;
  readonly version: string;
  readonly algorithms: readonly object[];
}

/** The processors that hold the DAG before anything is timed. */
export const processors: readonly BenchRegistration[] = Array.from(
  { length: ALGORITHMS / PER_REGISTRATION },
  (_, number) => processorOf(`processor-${number}`, number * PER_REGISTRATION, PER_REGISTRATION),
);

/** One processor more, with its fifty algorithms. */
export const anotherProcessor = (number: number): BenchRegistration =>
  processorOf(`more-${number}`, ALGORITHMS + number * REGISTERED, REGISTERED);

/** One that is refused: its first algorithm waits for itself. */
export function cyclicProcessor(number: number): BenchRegistration {
  const { algorithms, ...rest } = anotherProcessor(number);
  const [first, ...others] = algorithms as readonly ReturnType<typeof algorithmOf>[];
  const dependencies = [...first!.dependencies, { algorithm: `${first!.name}@1` }];
  return { ...rest, algorithms: [{ ...first!, dependencies }, ...others] };
}

/** One that is refused: each of its algorithms needs one whose name is mistyped. */
export function mistypedProcessor(number: number): BenchRegistration {
  const { algorithms, ...rest } = anotherProcessor(number);
  const mistyped = algorithms.map((one, at) => ({ ...one, dependencies: [{ algorithm: `aglorithm-${at}@1` }] }));
  return { ...rest, algorithms: mistyped };
}

const LAYERS = 31;

/** One processor more: layers of two, each of which needs both of the layer before, so there are 2^30 ways from the last to the first. */
export function layeredProcessor(number: number): BenchRegistration {
  const name = (layer: number, side: number): string => `layered-${number}-${layer}-${side}`;
  const algorithms = Array.from({ length: 2 * LAYERS }, (_, at) => {
    const layer = Math.floor(at / 2);
    return {
      name: name(layer, at % 2),
      version: '1',
      windows: [typeRef(number)],
      result: 'double',
      dependencies: layer === 0 ? [] : [0, 1].map((side) => ({ algorithm: `${name(layer - 1, side)}@1` })),
    };
  });
  return { name: `layered-${number}`, version: '1.0.0', algorithms };
}

function processorOf(name: string, first: number, count: number): BenchRegistration {
  return { name, version: '1.0.0', algorithms: Array.from({ length: count }, (_, k) => algorithmOf(first + k)) };
}

/** Reads the one a thousand before it, over the same window, and that one's neighbour over the parent's. */
function algorithmOf(at: number) {
  const upstream = at < ALGORITHMS ? at - WINDOW_TYPES : ALGORITHMS - WINDOW_TYPES + (at % WINDOW_TYPES);
  const parents = at % LEVELS > 0 ? [{ algorithm: ref(upstream - 1), relation: 'parent' }] : [];
  return {
    name: `algorithm-${at}`,
    version: '1',
    windows: [typeRef(at)],
    result: 'double',
    dependencies: upstream < 0 ? [] : [{ algorithm: ref(upstream) }, ...parents],
  };
}
