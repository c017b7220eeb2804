import type { Named, Naming } from '../identifiers.ts';

/** Words that no constant of a module can be named, and the name under which the SDK is imported. */
const TAKEN = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false ' +
    'finally for function if implements import in instanceof interface let new null package private protected public ' +
    'return static super switch this throw true try typeof undefined var void while with yield sdk'
  ).split(' '),
);

/** Different versions give different texts. */
const versionText = ({ version }: Named): string => version.replaceAll('.', '_').replaceAll('-', '$');

const camelCase = (name: string): string => name.replace(/-+(.?)/g, (_, letter: string) => letter.toUpperCase());

/** `heapGrowth`, `rulV1_2`, and for certain `heap_growth_v1`: neither a name nor a version holds `_` or `$`. */
export const naming: Naming = {
  plain: camelCase,
  versioned: (of) => `${camelCase(of.name)}V${versionText(of)}`,
  certain: (of) => `${of.name.replaceAll('-', '_')}_v${versionText(of)}`,
  taken: TAKEN,
};

/** The name of a type that belongs to a constant: `RulResult`. */
export const typeName = (identifier: string, ending: string): string =>
  `${identifier[0]!.toUpperCase()}${identifier.slice(1)}${ending}`;
