import { nearMatch } from './near-match.ts';
import { splitRef } from './versions/version.ts';
import { VersionIndex } from './versions/version-index.ts';

/** What of a document may be referred to, or taken as given, by its name. */
export type Named = 'windowTypes' | 'algorithms' | 'policies' | 'kinds' | 'sources' | 'calendars';

/** Of one kind: what has another shape than it should. */
export interface UnreadNames {
  /** Names, or `name@version`, that can be read themselves. */
  readonly names: ReadonlySet<string>;
  /** Of those whose name or version cannot be read: what stands there for the name. */
  readonly alike: readonly string[];
  /** There are some of which not even that can be read. */
  readonly any: boolean;
}

/** Of more it is taken that any name may be one of them. */
const MAX_ALIKE = 20;

/** All of them as one. */
export function together(some: readonly UnreadNames[]): UnreadNames {
  const alike = some.flatMap((one) => one.alike);
  const isMany = alike.length > MAX_ALIKE;
  return {
    names: new Set(some.flatMap((one) => [...one.names])),
    alike: isMany ? [] : alike,
    any: isMany || some.some((one) => one.any),
  };
}

/**
 * What documents have and could not be read. A reference that may mean it is not unknown, and what is there already under its name
 * is not what it will be.
 */
export class Unread {
  private readonly parts: ReadonlyMap<Named, UnreadNames>;
  private readonly indexes = new Map<Named, VersionIndex>();

  constructor(parts: ReadonlyMap<Named, UnreadNames> = new Map()) {
    this.parts = parts;
  }

  get isNothing(): boolean {
    return this.parts.size === 0;
  }

  /** Those of which the name can be read. */
  namesOf(kind: Named): readonly string[] {
    return [...(this.parts.get(kind)?.names ?? [])];
  }

  /** Whether a name, a reference or a range may mean one of them. */
  mayBe(kind: Named, asked: string): boolean {
    const part = this.parts.get(kind);
    if (!part) return false;
    const { names, alike, any } = part;
    const isRef = asked.includes('@');
    if (any || names.has(asked) || nearMatch(isRef ? splitRef(asked).name : asked, alike) !== undefined) return true;
    return isRef && this.index(kind, names).resolve(asked) !== undefined;
  }

  /** These, and those of another document. */
  with(other: Unread): Unread {
    if (other.isNothing) return this;
    if (this.isNothing) return other;
    const parts = new Map(this.parts);
    for (const [kind, names] of other.parts) parts.set(kind, together([parts.get(kind) ?? NO_NAMES, names]));
    return new Unread(parts);
  }

  private index(kind: Named, names: ReadonlySet<string>): VersionIndex {
    let index = this.indexes.get(kind);
    if (!index) this.indexes.set(kind, (index = new VersionIndex(names)));
    return index;
  }
}

const NO_NAMES: UnreadNames = { names: new Set(), alike: [], any: false };

export const NOTHING_UNREAD = new Unread();
