// Which processors there are, what each of them runs, and in which language.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildProgram, foreignScript, missingOf, readForeignProgram, type ForeignProgram } from '@windlass/embedded';
import { ALGORITHMS, type AlgorithmName } from '../expected/expected.ts';

/** A processor of this example. */
export interface Role {
  /** The processor's. */
  readonly name: string;
  readonly algorithms: readonly AlgorithmName[];
  readonly script: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Cast {
  readonly roles: readonly Role[];
  /** For a person: what cannot be run here in its language, and so is in TypeScript. */
  readonly missing: readonly string[];
}

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const script = (name: string): string => fileURLToPath(new URL(`../processors/${name}.${extension}`, import.meta.url));
const languages = fileURLToPath(new URL('../../languages/', import.meta.url));

/** Two processors in TypeScript, as definitions.yaml has them. */
export const typescriptCast: Cast = {
  roles: [
    { name: 'condition', algorithms: ['indicator', 'deviation', 'baseline', 'probation'], script: script('condition') },
    { name: 'prognosis', algorithms: ['rul', 'summary', 'warning'], script: script('prognosis') },
  ],
  missing: [],
};

/** `languages/<name>/processor.json`. */
interface ForeignProcessor extends ForeignProgram {
  readonly algorithms: readonly AlgorithmName[];
}

/** Each folder of `languages` runs its algorithms, TypeScript the rest. Builds what is to be built. Errors: COMMAND_FAILED. */
export function polyglotCast(): Cast {
  const all = readdirSync(languages)
    .map((name) => join(languages, name, 'processor.json'))
    .filter(existsSync)
    .map((path) => readForeignProgram<ForeignProcessor>(path));
  const able = all.filter((one) => missingOf(one).length === 0);
  for (const one of able) buildProgram(one);
  const taken = new Set(able.flatMap(({ algorithms }) => algorithms));
  const rest = ALGORITHMS.filter((name) => !taken.has(name));
  const typescript: Role = {
    name: 'typescript',
    algorithms: rest,
    script: script('typescript'),
    env: { ALGORITHMS: rest.join(',') },
  };
  return {
    roles: [
      ...able.map(({ name, algorithms, ...one }) => ({ name, algorithms, ...foreignScript({ name, ...one }) })),
      typescript,
    ],
    missing: all
      .filter((one) => !able.includes(one))
      .map(
        (one) =>
          `${one.name} needs ${missingOf(one).join(', ')}, not on the path: ${one.algorithms.join(', ')} in TypeScript instead`,
      ),
  };
}
