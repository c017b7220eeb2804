import type { DagIndex } from '../dag-index.ts';
import { type Algorithm, refOf, scopeOf, type Source, type SourceAttributes, type WindowType } from '../model.ts';
import { matches } from '../source.ts';
import type { Reach } from './effects.ts';
import type { RegistryState } from './state.ts';

/** So many different changes of sources are looked at; 100,000 sources that move from one group to another are one. */
const MAX_MOVES = 100;

export interface SourceEffect {
  readonly cause: string;
  /** Of the sources. */
  readonly owners: readonly string[];
  readonly reach: Reach;
}

/** What sources that are already known come to be to window types when their kind, groups or labels change. */
export function sourceEffects(
  { sources: known }: Pick<RegistryState, 'sources'>,
  { index, sources }: { readonly index: DagIndex; readonly sources: readonly Source[] },
): SourceEffect[] {
  const moves = new Moves(index);
  for (const source of sources) {
    const before = known.get(source.name);
    if (before) moves.add(before, source);
  }
  return moves.effects();
}

type Way = 'begins' | 'ends' | 'moves';

const WAYS: Readonly<Record<Way, (sources: string) => string>> = {
  begins: (sources) => `will also run for ${sources}`,
  ends: (sources) => `will run no more for ${sources}`,
  moves: (sources) => `will find ${sources} in other groups`,
};

interface Told {
  readonly way: Way;
  readonly owners: readonly string[];
  readonly names: string[];
  readonly algorithms: Set<Algorithm>;
}

class Moves {
  private readonly index: DagIndex;
  /** Labels that some window type selects by. */
  private readonly labels: readonly string[];
  private readonly known = new Map<string, ReadonlyMap<Way, readonly Algorithm[]>>();
  private readonly told = new Map<string, Told>();

  constructor(index: DagIndex) {
    this.index = index;
    this.labels = [
      ...new Set(index.revision.windowTypes.flatMap(({ for: selector }) => Object.keys(selector.labels ?? {}))),
    ];
  }

  add(before: Source, after: Source): void {
    const key = JSON.stringify([this.keyOf(before), this.keyOf(after)]);
    if (!this.known.has(key)) {
      if (this.known.size >= MAX_MOVES) return;
      this.known.set(key, this.affectedBy(before, after));
    }
    const owners = [...new Set([before.owner, after.owner].filter((owner) => owner !== undefined))];
    for (const [way, algorithms] of this.known.get(key)!) {
      const told = this.told.get(JSON.stringify([way, owners])) ?? { way, owners, names: [], algorithms: new Set() };
      this.told.set(JSON.stringify([way, owners]), told);
      told.names.push(after.name);
      for (const one of algorithms) told.algorithms.add(one);
    }
  }

  effects(): SourceEffect[] {
    return [...this.told.values()].map(({ way, owners, names, algorithms }) => ({
      cause: names.length === 1 ? `source ${names[0]}` : `${names.length} sources`,
      owners,
      reach: { what: WAYS[way](listed(names)), algorithms },
    }));
  }

  /** What of a source window types look at. */
  private keyOf({ kind, groups, labels }: Source): unknown {
    return [kind, [...groups].sort(), this.labels.map((label) => labels[label])];
  }

  private affectedBy(before: Source, after: Source): ReadonlyMap<Way, readonly Algorithm[]> {
    const found = new Map<Way, Algorithm[]>();
    for (const type of this.index.revision.windowTypes) {
      const nest = nestOf(type, this.index);
      const [was, is] = [partIn(nest, before), partIn(nest, after)];
      if (was === is) continue;
      const way = was === '' ? 'begins' : is === '' ? 'ends' : 'moves';
      found.set(way, [...(found.get(way) ?? []), ...this.index.algorithmsOn(refOf(type))]);
    }
    return found;
  }
}

/** A window type with those that its windows lie in. */
export function nestOf(type: WindowType, { windowTypes }: DagIndex): readonly WindowType[] {
  const nest = [type];
  for (let at = type; at.parent !== undefined;) {
    const above = windowTypes.get(at.parent);
    if (!above || nest.includes(above)) break;
    nest.push((at = above));
  }
  return nest;
}

/** What a source is to a window type: nothing (''), its own, or a member of these groups. */
function partIn(nest: readonly WindowType[], source: SourceAttributes): string {
  const [{ open, for: selector }] = nest as [WindowType];
  const scope = scopeOf(open);
  if (scope === 'global' || !nest.every((type) => matches(type.for, source))) return '';
  if (scope === 'source') return 'own';
  const { groups: selected } = selector;
  return source.groups
    .filter((group) => selected?.includes(group) ?? true)
    .sort()
    .join(' ');
}

const SHOWN = 3;

const listed = (names: readonly string[]): string =>
  names.slice(0, SHOWN).join(', ') + (names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '');
