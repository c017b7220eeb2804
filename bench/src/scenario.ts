/** One algorithm of a scenario: its value is `load` plus its place, so that results can be checked. */
export interface BenchAlgorithm {
  readonly name: string;
  /** Names of algorithms whose result on the same window it needs. */
  readonly same: readonly string[];
  /** Name of an algorithm whose result on the previous window it needs. */
  readonly previous?: string;
}

/** A DAG under measurement: one window type, and the processors that hold its algorithms, in the order in which they run. */
export interface Scenario {
  readonly name: ScenarioName;
  /** Its algorithms also run on windows of a second type, which can be held while those of the first go on. */
  readonly hasBacklog?: true;
  readonly processors: readonly { readonly name: string; readonly algorithms: readonly BenchAlgorithm[] }[];
}

export type ScenarioName = 'fused' | 'previous' | 'spread' | 'wide';

const WIDE_ALGORITHMS = 50;

const chain = (scenario: string): [BenchAlgorithm, BenchAlgorithm, BenchAlgorithm] => [
  { name: `${scenario}-a`, same: [] },
  { name: `${scenario}-b`, same: [`${scenario}-a`] },
  { name: `${scenario}-c`, same: [`${scenario}-b`] },
];

function withPrevious(): readonly BenchAlgorithm[] {
  const [a, b, c] = chain('previous');
  return [a, { ...b, previous: a.name }, c];
}

const independent = Array.from({ length: WIDE_ALGORITHMS }, (_, index) => ({
  name: `wide-${String(index + 1).padStart(2, '0')}`,
  same: [],
}));

export const scenarios: Readonly<Record<ScenarioName, Scenario>> = {
  /** a → b → c in one processor: one task. */
  fused: { name: 'fused', hasBacklog: true, processors: [{ name: 'bench-fused', algorithms: chain('fused') }] },
  /** The same, and b also needs a's result on the window before. */
  previous: { name: 'previous', processors: [{ name: 'bench-previous', algorithms: withPrevious() }] },
  /** The same chain, each algorithm in a processor of its own. */
  spread: {
    name: 'spread',
    processors: chain('spread').map((algorithm) => ({ name: `bench-${algorithm.name}`, algorithms: [algorithm] })),
  },
  /** Fifty algorithms that need nothing but the pane, in one processor. */
  wide: { name: 'wide', processors: [{ name: 'bench-wide', algorithms: independent }] },
};

export const VERSION = '1';
export const refOf = (name: string): string => `${name}@${VERSION}`;
export const windowTypeOf = (scenario: Scenario): string => refOf(`bench-${scenario.name}`);
/** Of windows that wait behind others, where the scenario has such. */
export const backlogTypeOf = (scenario: Scenario): string => refOf(`bench-${scenario.name}-backlog`);
/** All that its algorithms run on. */
export const windowTypesOf = (scenario: Scenario): readonly string[] => [
  windowTypeOf(scenario),
  ...(scenario.hasBacklog ? [backlogTypeOf(scenario)] : []),
];
export const algorithmsOf = (scenario: Scenario): readonly BenchAlgorithm[] =>
  scenario.processors.flatMap(({ algorithms }) => algorithms);

/** Sources of every scenario; a window's source is its number modulo this. */
export const SOURCES = 1_000;
export const sourceOf = (window: number): string => `source-${String(window % SOURCES).padStart(4, '0')}`;

/** The metadata that algorithms compute from. */
export const loadOf = (window: number): number => 0.5 + (window % 100);
/** What every algorithm answers with: its input and one more. */
export const answerOf = (input: number): number => input + 1;

/** What the last algorithms of the scenario, added up over all windows of a run, must have answered. */
export function expectedSum(scenario: Scenario, windows: number): number {
  const depth = scenario.name === 'wide' ? 1 : algorithmsOf(scenario).length;
  const last = scenario.name === 'wide' ? WIDE_ALGORITHMS : 1;
  let sum = 0;
  for (let window = 0; window < windows; window++) sum += last * (loadOf(window) + depth);
  return sum;
}
