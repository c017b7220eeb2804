import type { Algorithm, Dependency, Ref, ResultType } from '../model.ts';
import type { Problem } from '../problem.ts';
import { conversionText, isSameUnit } from '../unit.ts';
import type { DraftGraph } from './draft.ts';
import { relationText } from './draft.ts';
import { outsideParent } from './window-types.ts';

/** Dependencies that no windows can satisfy, results that do not fit, emissions outside their parent. */
export function dependencyProblems(graph: DraftGraph): Problem[] {
  const { draft } = graph;
  return [...draft.algorithms].flatMap(([ref, algorithm]) => {
    const path = draft.locate('algorithms', ref);
    return [
      ...algorithm.dependencies.flatMap((dependency, i) => [
        ...unsatisfiable(graph, { ref, dependency, path: `${path}.dependencies[${i}]` }),
        ...mismatch(draft.algorithms.get(dependency.algorithm), dependency, `${path}.dependencies[${i}].reads`),
      ]),
      ...emissionProblems(graph, { ref, algorithm, path }),
    ];
  });
}

/** Whether an algorithm cannot run at all while this dependency has no result. */
export const isRequired = ({ onMissing }: Dependency): boolean => onMissing !== 'runWithout';

/** A required dependency must be possible on each window type of its owner, another one on at least one of them. */
function unsatisfiable(
  graph: DraftGraph,
  { ref, dependency, path }: { ref: Ref; dependency: Dependency; path: string },
): Problem[] {
  const upstream = graph.pairsOf(dependency.algorithm);
  if (upstream.length === 0) return [];
  const own = graph.pairsOf(ref);
  const without = own.filter((pair) => graph.suppliers(pair, dependency).length === 0);
  if (without.length === 0 || (!isRequired(dependency) && without.length < own.length)) return [];
  const where = upstream.map(({ windowType }) => windowType);
  return without.map(({ windowType }) => ({
    code: 'UNSATISFIABLE_DEPENDENCY' as const,
    path: `${path}.relation`,
    message: `${ref} runs on ${windowType}; ${dependency.algorithm} runs on ${where.join(', ')}: no window there is "${relationText(dependency)}" of a window of ${windowType}`,
    chain: [
      `${ref} on ${windowType}`,
      relationText(dependency),
      ...where.map((type) => `${dependency.algorithm} on ${type}`),
    ],
    mend: 'bind both to window types with that relation (the same type, or one the parent of the other), or choose another relation',
  }));
}

function mismatch(upstream: Algorithm | undefined, { reads, algorithm }: Dependency, path: string): Problem[] {
  const difference = upstream && reads ? differenceOf(reads, upstream.result, '') : undefined;
  if (!difference) return [];
  const { text, converts = '' } = difference;
  return [
    {
      code: 'RESULT_MISMATCH',
      path,
      message: `${algorithm}: ${text}`,
      mend: `read what the algorithm declares${converts === '' ? '' : ` and convert it (${converts})`}, or depend on another version of it`,
    },
  ];
}

interface Difference {
  readonly text: string;
  /** How the unit that is there is brought to the one that is asked for. */
  readonly converts?: string;
}

/** Why a result of type `actual` cannot be read as `expected`; undefined: it can. A long is read as a double. */
function differenceOf(expected: ResultType, actual: ResultType, field: string): Difference | undefined {
  const at = field === '' ? '' : `field "${field}": `;
  if (expected.type !== actual.type && !(expected.type === 'double' && actual.type === 'long'))
    return { text: `${at}it is ${actual.type}, not ${expected.type}` };
  const unit = unitDifference(expected.unit, actual.unit, at);
  if (unit) return unit;
  for (const [name, type] of Object.entries(expected.fields ?? {})) {
    const inner = field === '' ? name : `${field}.${name}`;
    const found = actual.fields?.[name];
    const difference = found ? differenceOf(type, found, inner) : { text: `it has no field "${inner}"` };
    if (difference) return difference;
  }
  return undefined;
}

function unitDifference(expected: string | undefined, actual: string | undefined, at: string): Difference | undefined {
  if (expected === undefined || (actual !== undefined && isSameUnit(expected, actual))) return undefined;
  const text = `${at}its unit is ${actual ?? 'not declared'}, not ${expected}`;
  const converts = actual === undefined ? '' : conversionText(actual, expected);
  return { text, converts };
}

function emissionProblems(
  graph: DraftGraph,
  { ref, algorithm, path }: { ref: Ref; algorithm: Algorithm; path: string },
): Problem[] {
  return algorithm.emits.flatMap((emitted, i) => {
    const type = graph.draft.windowTypes.get(emitted);
    if (!type) return [];
    const at = `${path}.emits[${i}]`;
    if (type.open.kind !== 'emission')
      return [
        {
          code: 'UNSATISFIABLE_DEPENDENCY' as const,
          path: at,
          message: `windows of ${emitted} open by ${type.open.kind}, not by emission`,
          mend: 'emit a window type that is opened by `emission: {}`',
        },
      ];
    return outsideParent(graph, { ref: emitted, type, path: at }, [ref]).map((problem) => ({ ...problem, path: at }));
  });
}
