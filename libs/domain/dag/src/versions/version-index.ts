import semver from 'semver';
import { BucketMap } from '../bucket-map.ts';
import type { Ref } from '../model.ts';
import { isExact, rangeOf, semanticVersion, splitRef } from './version.ts';

interface Known {
  readonly ref: Ref;
  readonly semantic: semver.SemVer;
}

/** All versions of one name. They are parsed when they are first asked for, and once for all indexes that share them. */
class Versions {
  readonly refs: readonly Ref[];
  private parsed: readonly Known[] | undefined;

  constructor(refs: readonly Ref[]) {
    this.refs = refs;
  }

  /** Lowest first. */
  get known(): readonly Known[] {
    return (this.parsed ??= this.refs
      .flatMap((ref): Known[] => {
        const semantic = semanticVersion(splitRef(ref).version);
        return semantic ? [{ ref, semantic }] : [];
      })
      .sort((a, b) => semver.compare(a.semantic, b.semantic) || (a.ref < b.ref ? -1 : 1)));
  }
}

/** Versions side by side, by name. Never changes: `with` makes another, which shares all names to which nothing is added. */
export class VersionIndex {
  private readonly byName: BucketMap<Versions>;
  private readonly ranges = new Map<string, semver.Range | null>();
  private all: readonly Ref[] | undefined;

  /** @param base these too */
  constructor(refs: Iterable<Ref>, base = BucketMap.empty<Versions>()) {
    const added = new Map<string, Set<Ref>>();
    for (const ref of refs) {
      const { name } = splitRef(ref);
      let list = added.get(name);
      if (!list) added.set(name, (list = new Set(base.get(name)?.refs)));
      list.add(ref);
    }
    this.byName = base.withAll(new Map([...added].map(([name, list]) => [name, new Versions([...list])])));
  }

  /** With these beside them. Costs what is added, not what there is. */
  with(refs: Iterable<Ref>): VersionIndex {
    return new VersionIndex(refs, this.byName);
  }

  /**
   * What a reference means: the version that it names, in whatever way that is written (`1`, `1.0.0`), or the highest that fits its
   * range. Pre-releases fit only ranges that name one of the same version, as with npm. Undefined: there is none.
   */
  resolve(asked: Ref): Ref | undefined {
    if (this.has(asked)) return asked;
    const { name, version } = splitRef(asked);
    if (isExact(version)) return this.writtenOtherwise(asked);
    const range = this.range(version);
    return range ? this.versions(name).findLast(({ semantic }) => range.test(semantic))?.ref : undefined;
  }

  /** The same version of that name under another text: `cycle@1.0.0` for `cycle@1`. */
  writtenOtherwise(ref: Ref): Ref | undefined {
    const { name, version } = splitRef(ref);
    if (!this.byName.has(name)) return undefined;
    const semantic = semanticVersion(version);
    if (!semantic) return undefined;
    return this.versions(name).find((known) => known.ref !== ref && semver.eq(known.semantic, semantic))?.ref;
  }

  /** Whether it is the only version of its name: no range stands for another. */
  isOnly(ref: Ref): boolean {
    const refs = this.byName.get(splitRef(ref).name)?.refs;
    return refs?.length === 1 && refs[0] === ref;
  }

  /** In no particular order. */
  refs(): readonly Ref[] {
    return (this.all ??= [...this.byName.values()].flatMap(({ refs }) => refs));
  }

  /** All versions of a name, lowest first. */
  refsOf(name: string): readonly Ref[] {
    return this.versions(name).map(({ ref }) => ref);
  }

  private range(text: string): semver.Range | null {
    let range = this.ranges.get(text);
    if (range === undefined) this.ranges.set(text, (range = rangeOf(text)));
    return range;
  }

  private has(ref: Ref): boolean {
    return this.byName.get(splitRef(ref).name)?.refs.includes(ref) ?? false;
  }

  private versions(name: string): readonly Known[] {
    return this.byName.get(name)?.known ?? [];
  }
}
