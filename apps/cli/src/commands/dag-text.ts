import {
  formatDurationUs,
  hintsOf,
  indexDag,
  refOf,
  scopeOf,
  type Algorithm,
  type DagIndex,
  type DagRevision,
  type Dependency,
  type Opening,
  type ResultType,
  type WindowType,
} from '@windlass/dag';

/** A revision as a tree: window types in those they lie in, and under each the algorithms that run on it. */
export function describeDag(revision: DagRevision): string {
  const index = indexDag(revision);
  const isRoot = ({ parent }: WindowType): boolean => parent === undefined || !index.windowTypes.has(parent);
  const roots = revision.windowTypes.filter(isRoot).flatMap((type) => treeOf(index, type));
  const head = `DAG revision ${revision.number}: ${counted(revision.windowTypes.length, 'window type')}, ${counted(revision.algorithms.length, 'algorithm')}, ${counted(revision.processors.length, 'processor')}`;
  const missing = (revision.expected ?? [])
    .filter(({ algorithm }) => !index.algorithms.has(algorithm))
    .map(({ algorithm, processor }) => `expected, not registered yet: ${algorithm} (${processor})`);
  const hints = hintsOf(revision).map(({ path, message }) => `${path}: ${message}`);
  const notes = [missing, hints].flatMap((lines) => (lines.length > 0 ? ['', ...lines] : []));
  return `${[head, '', ...roots, ...notes].join('\n')}\n`;
}

export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

function treeOf(index: DagIndex, type: WindowType): string[] {
  const ref = refOf(type);
  const branches = [
    ...index.algorithmsOn(ref).map((algorithm) => [describeAlgorithm(index, algorithm, ref)]),
    ...index.childTypesOf(ref).map((child) => treeOf(index, child)),
  ];
  return [
    `${ref}  ${describeOpening(type.open)}${describeFor(type)}${describeAsked(type)}`,
    ...branches.flatMap(drawBranch),
  ];
}

/** Each branch under its own corner; what follows its first line is moved in. */
function drawBranch(lines: readonly string[], at: number, branches: readonly (readonly string[])[]): string[] {
  const isLast = at === branches.length - 1;
  return lines.map((line, i) => `${i === 0 ? (isLast ? '└─ ' : '├─ ') : isLast ? '   ' : '│  '}${line}`);
}

function describeAlgorithm(index: DagIndex, algorithm: Algorithm, windowType: string): string {
  const { bindings, dependencies, processor, emits, result } = algorithm;
  const { on, minCompleteness, asked } = bindings.find((binding) => binding.windowType === windowType)!;
  const isUsual = on.length === 2 && on.includes('ON_TIME') && on.includes('LATE');
  const opened = [...emits, ...index.conditionsOn(refOf(algorithm)).map(refOf)];
  return [
    `· ${refOf(algorithm)}`,
    `(${processor})`,
    ...(asked === undefined ? [] : [`on ${asked}`]),
    ...(isUsual ? [] : [`on ${on.join(', ')}`]),
    ...(minCompleteness === undefined ? [] : [`from completeness ${minCompleteness}`]),
    ...(dependencies.length > 0 ? [`← ${dependencies.map(describeDependency).join(', ')}`] : []),
    ...(result.type === 'none' ? [] : [`= ${describeResult(result)}`]),
    ...(opened.length > 0 ? [`→ opens ${opened.join(', ')}`] : []),
  ].join(' ');
}

/** `double MB/s`, `struct`, `Avro io.team.Condition`. */
function describeResult({ type, unit, avro }: ResultType): string {
  const name = avro && [avro['namespace'], avro['name']].filter((part) => typeof part === 'string').join('.');
  return [avro ? `Avro ${name || type}` : type, ...(unit === undefined ? [] : [unit])].join(' ');
}

/** `indicator@1.4.0 (indicator@^1.2) of previous 20 from completeness 0.9`. */
export function describeDependency({ algorithm, asked, relation, minCompleteness }: Dependency): string {
  const windows = describeRelation(relation);
  return [
    withAsked(algorithm, asked),
    ...(windows === '' ? [] : [`of ${windows}`]),
    ...(minCompleteness === undefined ? [] : [`from completeness ${minCompleteness}`]),
  ].join(' ');
}

/** `previous 20, gap 1`; of the same window: nothing. */
export function describeRelation(relation: Dependency['relation']): string {
  if (relation.kind === 'same') return '';
  if (relation.kind !== 'previous') return relation.kind === 'parent' ? 'the parent' : relation.kind;
  if ('durationUs' in relation) {
    const { durationUs, gapUs } = relation;
    return `previous ${formatDurationUs(durationUs)}${gapUs === undefined ? '' : `, gap ${formatDurationUs(gapUs)}`}`;
  }
  const { count, gap, withinUs } = relation;
  const reach = withinUs === undefined ? '' : `, within ${formatDurationUs(withinUs)}`;
  return `previous ${count}${gap === undefined ? '' : `, gap ${gap}`}${reach}`;
}

const withAsked = (ref: string, asked: string | undefined): string => (asked === undefined ? ref : `${ref} (${asked})`);

function describeAsked({ parentAsked, like }: WindowType): string {
  const parts = [
    ...(parentAsked === undefined ? [] : [`within ${parentAsked}`]),
    ...(like ? [`like ${like.asked}`] : []),
  ];
  return parts.length > 0 ? `  (${parts.join(', ')})` : '';
}

/** What tells windows of this kind apart, in a few words. */
export function describeOpening(open: Opening): string {
  const scope = scopeOf(open) === 'source' ? '' : `, scope ${scopeOf(open)}`;
  return `${words(open)}${scope}`;
}

function words(open: Opening): string {
  switch (open.kind) {
    case 'fixed':
      return `fixed ${formatDurationUs(open.sizeUs)}`;
    case 'sliding':
      return `sliding ${formatDurationUs(open.sizeUs)} every ${formatDurationUs(open.slideUs)}`;
    case 'session':
      return `session, gap ${formatDurationUs(open.gapUs)}`;
    case 'startStop':
      return `from START to STOP of ${open.signal}`;
    case 'point':
      return `around each ${open.signal}`;
    case 'condition':
      return open.to === null ? `while ${open.from}` : `from ${open.from} to ${open.to}`;
    case 'state':
      return `while ${open.of} stays the same`;
    case 'count':
      return `of ${open.size} samples`;
    case 'wholeLife':
      return 'whole life';
    case 'cron':
      return `cron ${open.expression} ${open.zone}`;
    case 'calendar':
      return `calendar, ${open.intervals.length} intervals, ${open.zone}`;
    case 'outcome':
      return `opened by ${withAsked(open.algorithm, open.asked)} when ${open.when}`;
    case 'emission':
      return 'opened by emission';
    default:
      return open satisfies never;
  }
}

function describeFor({ for: { kind, groups, labels } }: WindowType): string {
  const parts = [
    ...(kind === undefined ? [] : [kind]),
    ...(groups ?? []),
    ...Object.entries(labels ?? {}).map(([label, value]) => `${label}=${value}`),
  ];
  return parts.length > 0 ? `  for ${parts.join(', ')}` : '';
}
