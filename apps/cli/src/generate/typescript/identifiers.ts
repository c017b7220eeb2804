interface Named {
  readonly name: string;
  readonly version: string;
}

/** Words that no constant of a module can be named, and the name under which the SDK is imported. */
const TAKEN = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false ' +
    'finally for function if implements import in instanceof interface let new null package private protected public ' +
    'return static super switch this throw true try typeof undefined var void while with yield sdk'
  ).split(' '),
);

export interface Identifier<T> {
  readonly of: T;
  readonly identifier: string;
}

/**
 * A constant's name for each: `rul` for `rul@1`. Of several versions each has its own (`rulV1`, `rulV1_2`), and the newest is `rul`
 * too. Where that would be no name, or one for two things, `rul_v1` stands for it, which only one can have.
 * @param all by name, then from the oldest version to the newest.
 */
export function identifiersOf<T extends Named>(all: readonly T[]): Identifier<T>[] {
  const versions = Map.groupBy(all, ({ name }) => name);
  const wished = all.flatMap((of): Identifier<T>[] => {
    const siblings = versions.get(of.name)!;
    const plain = { of, identifier: camelCase(of.name) };
    if (siblings.length === 1) return [plain];
    const versioned = { of, identifier: `${camelCase(of.name)}V${versionText(of)}` };
    return of === newest(siblings) ? [versioned, plain] : [versioned];
  });
  const uses = Map.groupBy(wished, ({ identifier }) => identifier);
  const found = wished.map(({ of, identifier }) =>
    TAKEN.has(identifier) || uses.get(identifier)!.length > 1
      ? { of, identifier: certainName(of) }
      : { of, identifier },
  );
  return [...new Map(found.map((one) => [one.identifier, one])).values()];
}

/** The last that is no pre-release, or else the last. */
const newest = <T extends Named>(versions: readonly T[]): T | undefined =>
  versions.findLast(({ version }) => !version.includes('-')) ?? versions.at(-1);

/** Different versions give different texts. */
const versionText = ({ version }: Named): string => version.replaceAll('.', '_').replaceAll('-', '$');

const camelCase = (name: string): string => name.replace(/-+(.?)/g, (_, letter: string) => letter.toUpperCase());

/** Neither a name nor a version holds `_` or `$`. */
const certainName = (of: Named): string => `${of.name.replaceAll('-', '_')}_v${versionText(of)}`;

/** The name of a type that belongs to a constant: `RulResult`. */
export const typeName = (identifier: string, ending: string): string =>
  `${identifier[0]!.toUpperCase()}${identifier.slice(1)}${ending}`;
