import { compileCondition } from '../condition.ts';
import { compileSignalCondition, compileSignalState } from '../signal-expression.ts';
import { formatDurationUs } from '../duration.ts';
import {
  type GridOpening,
  isGrid,
  isOpenedByElements,
  isScheduled,
  type MetadataField,
  type Opening,
  type Ref,
  refOf,
  scopeOf,
  type WindowType,
} from '../model.ts';
import type { Problem } from '../problem.ts';
import { calendarProblems } from './calendars.ts';
import { judgeCron } from './cron.ts';
import { type Draft, type DraftGraph, isBoundWhole } from './draft.ts';
import { disjointProblems } from './disjoint.ts';
import { soonestUs, stepOf } from './grids.ts';
import { metadataProblems } from './metadata.ts';
import { ancestors } from './nesting.ts';

/** What is wrong with each window type by itself, its parent and its opener. */
export function windowTypeProblems(graph: DraftGraph): Problem[] {
  const { draft } = graph;
  return [...draft.windowTypes].flatMap(([ref, type]) => {
    const path = draft.locate('windowTypes', ref);
    return [
      ...parentProblems(type, path),
      ...disjointProblems(graph, { ref, type, path }),
      ...groupProblems(draft, type, path),
      ...metadataProblems(draft, { ref, type, path }),
      ...openingProblems(graph, { ref, type, path }),
    ];
  });
}

/** Of a group's windows only counts are known: their members' signals stay with the members. */
function groupProblems({ windowTypes }: Draft, type: WindowType, path: string): Problem[] {
  const problem = (field: string, message: string, mend: string): Problem => ({
    code: 'GROUP_WINDOWS',
    path: `${path}.${field}`,
    message,
    mend,
  });
  const parent = type.parent === undefined ? undefined : windowTypes.get(type.parent);
  if (parent && scopeOf(parent.open) === 'group')
    return [
      problem(
        'parent',
        `the windows of ${type.parent} are a group's, and hold no others`,
        'leave the parent out: windows on the same grid lie within each other anyway',
      ),
    ];
  if (scopeOf(type.open) !== 'group') return [];
  const problems: Problem[] = [];
  if (type.parent !== undefined)
    problems.push(problem('parent', "a group's windows have no parent", 'leave it out, or take the scope `source`'));
  if (type.keepSignals)
    problems.push(
      problem(
        'keepSignals',
        "a group's windows count the signals of its members and do not have them",
        'leave it out, and read the windows of the members',
      ),
    );
  const required = Object.entries(type.metadata).find(([, field]) => field.required)?.[0];
  if (required !== undefined)
    problems.push(
      problem(`metadata.${required}`, "no signal of its own tells a group's windows metadata", 'make it not required'),
    );
  if (type.reads.length === 0)
    problems.push(problem('reads', 'its members are counted by the signals it reads, and it reads none', 'name them'));
  return problems;
}

function parentProblems(type: WindowType, path: string): Problem[] {
  const problems: Problem[] = [];
  const needs = type.parent === undefined ? fieldThatNeedsParent(type.open) : undefined;
  if (needs)
    problems.push({
      code: 'PARENT_REQUIRED',
      path: `${path}.open.${needs}`,
      message: `"parent" is meant here, but the window type has no parent`,
      mend: 'give the window type a parent, or another value here',
    });
  return problems;
}

function fieldThatNeedsParent(open: Opening): string | undefined {
  if (isGrid(open) && open.align === 'parent') return `${open.kind}.align`;
  if (open.kind === 'outcome' && open.until === 'parent') return 'outcome.until';
  if (open.kind === 'outcome' && open.once === 'parent') return 'outcome.once';
  return undefined;
}

interface Located {
  readonly ref: Ref;
  readonly type: WindowType;
  readonly path: string;
}

function openingProblems(graph: DraftGraph, located: Located): Problem[] {
  const { type, path } = located;
  const { draft } = graph;
  const { open } = type;
  switch (open.kind) {
    case 'cron':
      return [...cronProblems(open, `${path}.open.cron`), ...noSignals(type, path)];
    case 'calendar':
      return [...calendarProblems(type, open, path), ...noSignals(type, path)];
    case 'fixed':
    case 'sliding':
      return [...noSignals(type, path), ...neverFits(draft, type, open, path)];
    case 'session':
    case 'wholeLife':
    case 'count':
      return noSignals(type, path);
    case 'outcome':
      return [
        ...conditionProblems(graph, open, { ref: located.ref, path: `${path}.open.outcome` }),
        ...outsideParent(graph, located, [open.algorithm]),
      ];
    case 'condition':
      return signalConditionProblems(type, open, `${path}.open.condition`);
    case 'state':
      return stateProblems(type, open, `${path}.open.state`);
    case 'emission':
    case 'startStop':
    case 'point':
      return [];
    default:
      return open satisfies never;
  }
}

function noSignals(type: WindowType, path: string): Problem[] {
  // Of a group's windows that is told already.
  if (!opensBySignalsAlone(type) || type.reads.length > 0 || scopeOf(type.open) === 'group') return [];
  return [
    {
      code: 'NO_SIGNALS',
      path: `${path}.reads`,
      message: `windows opened by ${type.open.kind} exist where signals tell that their source is there, and it reads none`,
      mend: isScheduled(type.open)
        ? 'name the signals it reads, or take the scope `global`'
        : 'name the signals it reads',
    },
  ];
}

/** Grids, sessions and the like, also schedules of a source or a group. Nobody's schedule goes on by itself. */
export const opensBySignalsAlone = ({ open }: WindowType): boolean =>
  open.kind === 'count' || (isOpenedByElements(open) && scopeOf(open) !== 'global');

/** A grid that leaves out what is not whole, within windows that are never as long as one of its own. */
function neverFits(draft: Draft, type: WindowType, open: GridOpening, path: string): Problem[] {
  const { kind, sizeUs, partial } = open;
  const parent = type.parent === undefined ? undefined : draft.windowTypes.get(type.parent);
  const longestUs = parent && longestWindowUs(parent.open);
  if (partial !== 'drop' || !parent || longestUs === undefined) return [];
  const afterUs = earliestEdgeUs(open, parent);
  if (afterUs + sizeUs <= longestUs) return [];
  const begin = afterUs === 0 ? '' : ` and begin ${formatDurationUs(afterUs)} after its start at the earliest`;
  return [
    {
      code: 'NEVER_FITS',
      path: `${path}.open.${kind}.size`,
      message: `its windows are ${formatDurationUs(sizeUs)} long${begin}, those of ${type.parent} at most ${formatDurationUs(longestUs)}, and what is not whole is dropped`,
      chain: [refOf(type), type.parent!],
      mend: afterUs === 0 ? 'a smaller size, or `partial: keep`' : 'a smaller size or `offset`, or `partial: keep`',
    },
  ];
}

/** How long after the start of a window of the parent the first of its grid begins, in the window where that is soonest. */
function earliestEdgeUs(open: GridOpening, parent: WindowType): number {
  if (open.align === 'parent') return open.offsetUs % stepOf(open);
  return isGrid(parent.open) && parent.parent === undefined ? soonestUs(open, parent.open) : 0;
}

/** Undefined: it depends on more than the type. */
export function longestWindowUs(open: Opening): number | undefined {
  switch (open.kind) {
    case 'fixed':
      return open.partial === 'extend' ? 2 * open.sizeUs : open.sizeUs;
    case 'sliding':
      return open.sizeUs;
    case 'startStop':
    case 'condition':
    case 'state':
    case 'count':
      return open.maxDurationUs;
    case 'point':
      return open.beforeUs + open.afterUs;
    case 'outcome':
      return open.until === 'parent' ? undefined : open.until.durationUs;
    case 'session':
    case 'wholeLife':
    case 'cron':
    case 'calendar':
    case 'emission':
      return undefined;
    default:
      return open satisfies never;
  }
}

function cronProblems({ expression }: Extract<Opening, { kind: 'cron' }>, path: string): Problem[] {
  const problems: Problem[] = [];
  const verdict = judgeCron(expression);
  if (verdict === 'never')
    problems.push({
      code: 'CRON_NEVER_MATCHES',
      path: `${path}.expression`,
      message: `"${expression}" matches no day of any year`,
      mend: 'correct day and month',
    });
  else if (verdict !== 'matches')
    problems.push({
      code: 'BAD_CRON',
      path: `${path}.expression`,
      message: `"${expression}": ${verdict.malformed}`,
      mend: 'five fields: minute hour day month weekday',
    });
  return problems;
}

function conditionProblems(
  { draft }: DraftGraph,
  open: Extract<Opening, { kind: 'outcome' }>,
  { ref, path }: Pick<Located, 'ref' | 'path'>,
): Problem[] {
  const condition = compileCondition(open.when, {
    result: draft.algorithms.get(open.algorithm)?.result ?? null,
    metadata: upstreamMetadata(draft, open.algorithm),
  });
  if (condition.ok) return [];
  return [
    {
      code: 'BAD_CONDITION',
      path: `${path}.when`,
      message: `"${open.when}": ${condition.message}`,
      chain: [ref, open.algorithm],
      mend: 'a CEL expression over `result`, `window` and `metadata` that gives true or false; doubles are written 3.0 in arithmetic',
    },
  ];
}

function signalConditionProblems(
  { metadata }: WindowType,
  { from, to }: Extract<Opening, { kind: 'condition' }>,
  path: string,
): Problem[] {
  const expressions = to === null ? { while: from } : { from, to };
  return Object.entries(expressions).flatMap(([field, expression]) => {
    const condition = compileSignalCondition(expression, metadata);
    return condition.ok ? [] : [badExpression(`${path}.${field}`, expression, condition.message, 'true or false')];
  });
}

function stateProblems(
  { metadata }: WindowType,
  { of, as }: Extract<Opening, { kind: 'state' }>,
  path: string,
): Problem[] {
  const state = compileSignalState(of, metadata);
  const problems = state.ok ? [] : [badExpression(`${path}.of`, of, state.message, 'a number, text or boolean')];
  if (as === null || metadata[as]) return problems;
  return [
    ...problems,
    {
      code: 'BAD_CONDITION',
      path: `${path}.as`,
      message: `"${as}" is no metadata field of the window type`,
      mend: `declare it: metadata: { ${as}: { type: double } }`,
    },
  ];
}

const badExpression = (path: string, expression: string, message: string, gives: string): Problem => ({
  code: 'BAD_CONDITION',
  path,
  message: `"${expression}": ${message}`,
  mend: `a CEL expression over \`values\`, \`signal\` and \`metadata\` that gives ${gives}, for instance values.temperature > 80.0`,
});

/** Fields a condition on this algorithm's outcomes may name: those of all window types it is bound to. */
export function upstreamMetadata(
  { algorithms, windowTypes }: Pick<Draft, 'algorithms' | 'windowTypes'>,
  algorithm: Ref,
): Readonly<Record<string, MetadataField>> {
  const types = (algorithms.get(algorithm)?.bindings ?? []).map(
    ({ windowType }) => windowTypes.get(windowType)?.metadata ?? {},
  );
  return Object.assign({}, ...types) as Readonly<Record<string, MetadataField>>;
}

/** Windows of a nested type opened by algorithms none of which runs inside that parent. */
export function outsideParent(
  { draft, pairsOf }: DraftGraph,
  { ref, type, path }: Located,
  openers: readonly Ref[],
): Problem[] {
  const { parent } = type;
  if (parent === undefined || !draft.windowTypes.has(parent)) return [];
  return openers.flatMap((opener): Problem[] => {
    const pairs = pairsOf(opener);
    const inside = pairs.some(
      ({ windowType }) => windowType === parent || ancestors(draft, windowType).includes(parent),
    );
    if (pairs.length === 0 || inside || !isBoundWhole(draft, opener)) return [];
    return [
      {
        code: 'OUTSIDE_PARENT',
        path: `${path}.parent`,
        message: `${opener} opens windows of ${ref} but never runs inside a window of ${parent}`,
        chain: [opener, ...pairs.map(({ windowType }) => windowType), ref, parent],
        mend: `bind ${opener} to ${parent} or to a type nested in it, or choose another parent`,
      },
    ];
  });
}
