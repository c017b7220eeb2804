import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { isName, isSourceName, limits } from '@windlass/contracts';
import { parseDefinitions } from '@windlass/dag';
import fc from 'fast-check';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(`${root}/docs/reference/limits.md`, 'utf8');

interface Row {
  readonly name: string;
  /** From the root. */
  readonly file: string;
  readonly value: string;
  readonly code: string;
}

const rows = [...page.matchAll(/^\| \[`(\w+)`\]\(\.\.\/\.\.\/(\S+)\)\s*\| ([^|]+?)\s*\| [^|]+\| ([^|]+?)\s*\|$/gm)].map(
  ([, name, file, value, code]): Row => ({ name: name!, file: file!, value: value!, code: code! }),
);

const UNITS: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1024 * 1024 };

/** Of `64 KiB`, `1,000`, `7 days`: as the constant of this name says it. */
function numberOf({ name, value }: Row): number {
  const [amount = '', unit] = value.replaceAll(',', '').split(' ');
  if (unit !== 'days') return Number(amount) * (unit === undefined ? 1 : UNITS[unit]!);
  return Number(amount) * (name.endsWith('_US') ? 86_400_000_000 : 86_400_000);
}

/** What the code says: products of whole numbers, and sizes. */
function inCode({ name, file }: Row): number {
  if (file === 'libs/contracts/src/limits.ts') return (limits as Readonly<Record<string, number>>)[name]!;
  const text = readFileSync(resolve(root, file), 'utf8');
  const [, product] = new RegExp(`\\b${name}(?: =|:) ([\\d_ *]+)[;,]`).exec(text) ?? [];
  return (product ?? '')
    .split('*')
    .map((factor) => Number(factor.trim().replaceAll('_', '')))
    .reduce((a, b) => a * b);
}

/** Bounds of what goes on inside, which nobody meets, and those that the page tells in other words or by the field. */
const NOT_TOLD = new Set(
  (
    'MAX_COMPARED MAX_ALIKE MAX_SHOWN MAX_TOLD MAX_LISTED MAX_VALUES MAX_POLICIES_READ MAX_CHAIN MAX_NAME MAX_CYCLE KNOWN_LIMIT CLOSED_LIMIT REPLACED_BY_LIMIT MAX_LOOKS MAX_ROUNDS MAX_SUGGESTIONS MAX_DISPATCHES MAX_COMMANDS LIMITS LIMIT ' +
    'WITHOUT_LIMIT UNLIMITED MAX_DEPTH MAX_NESTING MAX_KEPT_SIGNALS MAX_KEPT_BYTES MAX_RESULT_BYTES NAME_MAX ' +
    'MAX_EXPECTED_PROCESSORS MAX_EXPECTED_ALGORITHMS MAX_CAUGHT_UP MAX_GROUPS MAX_LABEL_LENGTH MAX_ALGORITHMS_PER_PROCESSOR ' +
    'MAX_DEPENDENCIES MAX_BINDINGS MAX_PREVIOUS MAX_ATTEMPTS MAX_RERUN_DEPTH MAX_READS MAX_CALENDARS MAX_INTERVALS MAX_BREAKS MAX_DATES ' +
    'MAX_WEEKS MAX_ICAL_LENGTH'
  ).split(' '),
);

const sources = globSync(
  [
    'libs/domain/{dag,windowing,execution}/src/**/*.ts',
    'apps/{trigger,router,result-collector,dag-registry}/src/**/*.ts',
  ],
  {
    cwd: root,
  },
).filter((file) => !/\.(spec|fixture)\.ts$/.test(file));

describe('docs/reference/limits.md', () => {
  it.each(rows.map((row) => [row.name, row] as const))('says of %s what the code says', (_, row) => {
    expect(numberOf(row)).toBe(inCode(row));
  });

  it('names each limit once', () => {
    const names = rows.map(({ name, file }) => `${file} ${name}`);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it('names every limit of what travels', () => {
    const told = rows.filter(({ file }) => file === 'libs/contracts/src/limits.ts').map(({ name }) => name);
    expect(told).toEqual(expect.arrayContaining(Object.keys(limits)));
  });

  it('names every limit of definitions, windows and routes', () => {
    const told = new Set(rows.map(({ name, file }) => `${file} ${name}`));
    const found = sources.flatMap((file) =>
      [...readFileSync(`${root}/${file}`, 'utf8').matchAll(/const (\w*(?:MAX|LIMIT)[A-Z_]*|max[A-Z]\w*PerP?\w*) = /g)]
        .map(([, name]) => name!)
        .filter((name) => !told.has(`${file} ${name}`) && !NOT_TOLD.has(name))
        .map((name) => `${file} ${name}`),
    );
    expect(found).toEqual([]);
  });

  it('tells codes that the code knows', () => {
    const text = globSync(['libs/**/src/**/*.ts', 'apps/*/src/**/*.ts', 'sdks/typescript/src/**/*.ts'], { cwd: root })
      .filter((file) => !file.includes('/dist/') && !file.includes('node_modules'))
      .map((file) => readFileSync(`${root}/${file}`, 'utf8'))
      .join('\n');
    const codes = [...page.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, code]) => code!);
    const known = codes.filter((code) => !/^(MAX_|WINDLASS_)|_(MAX|LIMIT)$/.test(code));
    expect(known.length).toBeGreaterThan(20);
    expect([...new Set(known)].filter((code) => !text.includes(`'${code}'`))).toEqual([]);
  });
});

describe('limits that two rooms must tell, because neither may import the other', () => {
  it.each([
    ['causationDepth', 'libs/domain/windowing/src/depth.ts', 'MAX_DEPTH'],
    ['windowNesting', 'libs/domain/dag/src/validation/nesting.ts', 'MAX_NESTING'],
    ['keptSignals', 'libs/domain/dag/src/definitions/window-type.ts', 'MAX_KEPT_SIGNALS'],
    ['keptSignalBytes', 'libs/domain/dag/src/definitions/window-type.ts', 'MAX_KEPT_BYTES'],
    ['resultBytes', 'libs/domain/dag/src/definitions/registration.ts', 'MAX_RESULT_BYTES'],
    ['nameLength', 'libs/domain/dag/src/definitions/fields.ts', 'NAME_MAX'],
  ] as const)('%s is one', (limit, file, name) => {
    expect(inCode({ name, file, value: '', code: '' })).toBe(limits[limit]);
  });

  const takes = (definitions: unknown): boolean => parseDefinitions(definitions).ok;
  const text = fc.oneof(
    fc.string({ maxLength: 4, unit: 'binary' }),
    fc.stringMatching(/^[a-z \u0000A-Z0-9.-]{0,5}$/),
    fc.integer({ min: 98, max: 103 }).map((length) => 'a'.repeat(length)),
  );

  it('a source can be declared when it can send', () => {
    fc.assert(
      fc.property(text, (name) => {
        expect(takes({ sources: [{ name, kind: 'pump' }] })).toBe(isSourceName(name) && name !== 'global');
      }),
    );
  });

  it('a window type can read what can be sent', () => {
    fc.assert(
      fc.property(text, (name) => {
        const type = { name: 'a', version: 1, reads: [name], open: { wholeLife: {} } };
        expect(takes({ windowTypes: [type] })).toBe(isName(name));
      }),
    );
  });
});
