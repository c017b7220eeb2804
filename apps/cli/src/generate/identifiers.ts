export interface Named {
  readonly name: string;
  readonly version: string;
}

/** How a language names constants. */
export interface Naming {
  /** What a name is where nothing stands in the way. */
  readonly plain: (name: string) => string;
  /** Of one of several versions. */
  readonly versioned: (of: Named) => string;
  /** Different for different things, and never what another is as `plain` or `versioned`. */
  readonly certain: (of: Named) => string;
  /** What no constant can be called. */
  readonly taken: ReadonlySet<string>;
}

export interface Identifier<T> {
  readonly of: T;
  readonly identifier: string;
}

/**
 * A constant's name for each: `rul` for `rul@1`. Of several versions each has its own (`rulV1`, `rulV1_2`), and the newest is `rul`
 * too. Where that would be no name, or one for two things, the certain name stands for it.
 * @param all by name, then from the oldest version to the newest.
 */
export function identifiersOf<T extends Named>(all: readonly T[], naming: Naming): Identifier<T>[] {
  const versions = Map.groupBy(all, ({ name }) => name);
  const wished = all.flatMap((of): Identifier<T>[] => {
    const siblings = versions.get(of.name)!;
    const plain = { of, identifier: naming.plain(of.name) };
    if (siblings.length === 1) return [plain];
    const versioned = { of, identifier: naming.versioned(of) };
    return of === newest(siblings) ? [versioned, plain] : [versioned];
  });
  const uses = Map.groupBy(wished, ({ identifier }) => identifier);
  const found = wished.map(({ of, identifier }) =>
    naming.taken.has(identifier) || uses.get(identifier)!.length > 1
      ? { of, identifier: naming.certain(of) }
      : { of, identifier },
  );
  return [...new Map(found.map((one) => [one.identifier, one])).values()];
}

/** The last that is no pre-release, or else the last. */
const newest = <T extends Named>(versions: readonly T[]): T | undefined =>
  versions.findLast(({ version }) => !version.includes('-')) ?? versions.at(-1);
