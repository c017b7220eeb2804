import type { Named, Naming } from '../identifiers.ts';

/** Words that are no names in Python, what a module imports, and the types that it writes. */
export const TAKEN: ReadonlySet<string> = new Set(
  (
    'and as assert async await break class continue def del elif else except finally for from global if import in is lambda ' +
    'nonlocal not or pass raise return try while with yield None True False sdk annotations float int bool str bytes list dict'
  ).split(' '),
);

export const snakeCase = (name: string): string => name.replaceAll('-', '_');

/** `heap_growth`, `rul_v1_2`, and for certain `heap_growth_V1`: neither a name nor a version has capital letters. */
export const naming: Naming = {
  plain: snakeCase,
  versioned: (of) => `${snakeCase(of.name)}_v${of.version.replaceAll(/[.-]/g, '_')}`,
  certain: (of) => `${snakeCase(of.name)}_V${certainVersion(of)}`,
  taken: TAKEN,
};

const certainVersion = ({ version }: Named): string => version.replaceAll('.', '_').replaceAll('-', 'X');

/** The name of a class: `HeapGrowthResult`. Letters and digits alone, whatever the text. */
export const className = (text: string): string =>
  text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
    .join('');
