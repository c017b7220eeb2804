import { type Ref, scopeOf, type SourceSelector, type WindowType } from '../model.ts';
import type { Problem } from '../problem.ts';
import { type Draft, type DraftGraph, isBoundWhole } from './draft.ts';
import { ancestors } from './nesting.ts';

interface Located {
  readonly ref: Ref;
  readonly type: WindowType;
  readonly path: string;
}

/** Windows that would be of sources which nothing is both of: what they must lie in is of others, or what opens them. */
export function disjointProblems(graph: DraftGraph, located: Located): Problem[] {
  return [
    ...nobodysProblems(graph.draft, located),
    ...ancestorProblems(graph.draft, located),
    ...openerProblems(graph, located),
  ];
}

/** No source has nobody's windows, and no signals fall into them. Of a group's windows that is told already. */
function nobodysProblems({ windowTypes }: Draft, { ref, type, path }: Located): Problem[] {
  const parent = type.parent === undefined ? undefined : windowTypes.get(type.parent);
  if (!parent || [type, parent].some(({ open }) => scopeOf(open) === 'group')) return [];
  const isNobodys = scopeOf(type.open) === 'global';
  if (!isNobodys && scopeOf(parent.open) !== 'global') return [];
  return [
    {
      code: 'DISJOINT_SOURCES',
      path: `${path}.parent`,
      message: isNobodys
        ? 'its windows are of no source (scope `global`), and lie in no others'
        : `the windows of its parent ${type.parent} are of no source (scope \`global\`), and hold no others`,
      chain: [ref, type.parent!],
      mend: isNobodys
        ? 'leave the parent out, or take the scope `source`'
        : 'leave the parent out, or give that one the scope `source`',
    },
  ];
}

function ancestorProblems(draft: Draft, { ref, type, path }: Located): Problem[] {
  const above = ancestors(draft, ref);
  const found = above.flatMap((ancestor, i) =>
    differences(type.for, draft.windowTypes.get(ancestor)!.for).map(({ field, own, other }) => ({
      field,
      problem: {
        code: 'DISJOINT_SOURCES' as const,
        path: `${path}.for.${field}`,
        message: `it is for sources ${own}, its ${i === 0 ? 'parent' : 'ancestor'} ${ancestor} for those ${other}: no source is both`,
        chain: [ref, ...above.slice(0, i + 1)],
        mend: 'select what the parent selects',
      },
    })),
  );
  // Of several ancestors the nearest says it.
  return found
    .filter(({ field }, i) => found.findIndex((one) => one.field === field) === i)
    .map(({ problem }) => problem);
}

/** What a result opens has the key of the window that the result is of. */
function openerProblems({ draft, pairsOf }: DraftGraph, { ref, type, path }: Located): Problem[] {
  if (type.open.kind !== 'outcome') return [];
  const { algorithm } = type.open;
  const above = ancestors(draft, ref);
  const selectors = [ref, ...above].map((one) => draft.windowTypes.get(one)!.for);
  const pairs = pairsOf(algorithm);
  const whys = pairs.map(({ windowType }) => whyNever(draft, windowType, selectors));
  if (pairs.length === 0 || whys.includes(null) || !isBoundWhole(draft, algorithm)) return [];
  return [
    {
      code: 'DISJOINT_SOURCES',
      path: `${path}.open.outcome.algorithm`,
      message: `results of ${algorithm} open no windows of it: ${whys[0]}`,
      chain: [algorithm, pairs[0]!.windowType, ref],
      mend: `bind ${algorithm} to windows of the sources that ${ref} is for, or leave \`for\` out`,
    },
  ];
}

function whyNever(draft: Draft, upstream: Ref, selectors: readonly SourceSelector[]): string | null {
  const scope = scopeOf(draft.windowTypes.get(upstream)!.open);
  if (scope === 'global') return `windows of ${upstream} are of no source (scope \`global\`)`;
  if (scope === 'group')
    return selectors.some((one) => Object.keys(one).length > 0)
      ? `windows of ${upstream} are of groups, which have no kind, group or labels to be selected by`
      : null;
  for (const ref of [upstream, ...ancestors(draft, upstream)])
    for (const selector of selectors)
      for (const { own, other } of differences(selector, draft.windowTypes.get(ref)!.for))
        return `it is for sources ${own}, and ${upstream} for those ${other}`;
  return null;
}

interface Difference {
  /** `kind`, `labels.site`. */
  readonly field: string;
  readonly own: string;
  readonly other: string;
}

/** In what no source can be of both selectors: kinds, and values of a label. A source may be in several groups. */
function differences(own: SourceSelector, other: SourceSelector): Difference[] {
  const found: Difference[] = [];
  if (own.kind !== undefined && other.kind !== undefined && own.kind !== other.kind)
    found.push({ field: 'kind', own: `of kind "${own.kind}"`, other: `of kind "${other.kind}"` });
  for (const [label, value] of Object.entries(own.labels ?? {})) {
    const theirs = other.labels?.[label];
    if (theirs !== undefined && theirs !== value)
      found.push({ field: `labels.${label}`, own: `with ${label}=${value}`, other: `with ${label}=${theirs}` });
  }
  return found;
}
