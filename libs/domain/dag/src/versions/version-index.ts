import semver from 'semver';
import type { Ref } from '../model.ts';
import { isExact, rangeOf, semanticVersion, splitRef } from './version.ts';

interface Known {
  readonly ref: Ref;
  readonly semantic: semver.SemVer;
}

/** Versions side by side, by name. Made in one walk over the names; versions are parsed only of the names that are asked for. */
export class VersionIndex {
  private readonly exact: ReadonlySet<Ref>;
  private readonly byName = new Map<string, Ref[]>();
  private readonly ranges = new Map<string, semver.Range | null>();
  private readonly parsed = new Map<string, readonly Known[]>();

  constructor(refs: Iterable<Ref>) {
    const exact = new Set(refs);
    this.exact = exact;
    for (const ref of exact) {
      const { name } = splitRef(ref);
      const list = this.byName.get(name);
      if (list) list.push(ref);
      else this.byName.set(name, [ref]);
    }
  }

  /**
   * What a reference means: the version that it names, in whatever way that is written (`1`, `1.0.0`), or the highest that fits its
   * range. Pre-releases fit only ranges that name one of the same version, as with npm. Undefined: there is none.
   */
  resolve(asked: Ref): Ref | undefined {
    if (this.exact.has(asked)) return asked;
    const { name, version } = splitRef(asked);
    if (isExact(version)) return this.writtenOtherwise(asked);
    const range = this.range(version);
    return range ? this.versions(name).findLast(({ semantic }) => range.test(semantic))?.ref : undefined;
  }

  /** The same version of that name under another text: `cycle@1.0.0` for `cycle@1`. */
  writtenOtherwise(ref: Ref): Ref | undefined {
    const { name, version } = splitRef(ref);
    if ((this.byName.get(name)?.length ?? 0) === 0) return undefined;
    const semantic = semanticVersion(version);
    if (!semantic) return undefined;
    return this.versions(name).find((known) => known.ref !== ref && semver.eq(known.semantic, semantic))?.ref;
  }

  /** Whether it is the only version of its name: no range stands for another. */
  isOnly(ref: Ref): boolean {
    return this.exact.has(ref) && this.byName.get(splitRef(ref).name)!.length === 1;
  }

  refs(): Iterable<Ref> {
    return this.exact;
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

  private versions(name: string): readonly Known[] {
    const known = this.parsed.get(name);
    if (known) return known;
    const list = (this.byName.get(name) ?? []).flatMap((ref): Known[] => {
      const semantic = semanticVersion(splitRef(ref).version);
      return semantic ? [{ ref, semantic }] : [];
    });
    list.sort((a, b) => semver.compare(a.semantic, b.semantic) || (a.ref < b.ref ? -1 : 1));
    this.parsed.set(name, list);
    return list;
  }
}
