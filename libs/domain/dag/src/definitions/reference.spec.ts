import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { define, register } from '../registry.fixture.ts';
import { definitionsJsonSchema, limitsPage, referencePage, registrationJsonSchema } from './reference.ts';

const read = (path: string): string => readFileSync(new URL(`../../../../../${path}`, import.meta.url), 'utf8');
/** Prettier aligns tables, escapes, and ends lists with commas as it likes. */
const words = (markdown: string): string => markdown.replace(/[\\\s,-]+/g, ' ');

describe('what is generated from the schemas is up to date (npm run generate -w @windlass/dag)', () => {
  it.each([
    ['schemas/definitions.schema.json', definitionsJsonSchema],
    ['schemas/registration.schema.json', registrationJsonSchema],
  ])('%s', (path, schema) => {
    expect(JSON.parse(read(path))).toEqual(JSON.parse(JSON.stringify(schema())));
  });

  it('docs/reference/definitions.md', () => {
    expect(words(read('docs/reference/definitions.md'))).toBe(
      words(referencePage(read('libs/domain/dag/introduction.md'))),
    );
  });

  it('docs/reference/limits.md', () => {
    expect(words(read('docs/reference/limits.md'))).toBe(words(limitsPage(read('libs/domain/dag/limits.md'))));
  });
});

interface Node {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly [key: string]: unknown;
}

/** Paths of fields that say nothing of themselves. */
function undescribed(node: unknown, path: string): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const { properties = {}, ...rest } = node as Node;
  return [
    ...Object.entries(properties).flatMap(([name, field]) => [
      ...(field.description ? [] : [`${path}.${name}`]),
      ...undescribed(field, `${path}.${name}`),
    ]),
    ...Object.values(rest).flatMap((inside) => undescribed(inside, path)),
  ];
}

it.each([
  ['the definitions file', definitionsJsonSchema],
  ['a registration', registrationJsonSchema],
])('every field of %s is described, for editors', (_, schema) => {
  expect(undescribed(JSON.parse(JSON.stringify(schema())), '')).toEqual([]);
});

describe('what is refused for its shape', () => {
  it('takes the times of a source to the microsecond, and none that its windows could not be told with', () => {
    const valid = (validFrom: string, validTo: string) =>
      define({ sources: [{ name: 'pump-1', kind: 'pump', validFrom, validTo }] });
    expect(valid('2026-01-01T00:00:00.123456Z', '2026-01-01T00:00:00.123457Z')).toMatchObject({
      sources: [{ validFromUs: 1_767_225_600_123_456, validToUs: 1_767_225_600_123_457 }],
    });
    expect(valid('1785-01-01T00:00:00Z', '2154-12-31T23:59:59.999999Z')).toMatchObject({ ok: true });
    expect(valid('0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z')).toMatchObject({
      problems: [
        { code: 'MALFORMED', path: 'sources[0].validFrom', message: expect.stringContaining('1785 to 2154') },
        { code: 'MALFORMED', path: 'sources[0].validTo', message: expect.stringContaining('1785 to 2154') },
      ],
    });
  });

  it('says why sliding windows cannot slide so', () => {
    const hop = (name: string, sliding: object) => ({ name, version: 1, reads: ['x'], open: { sliding } });
    const outcome = define({
      windowTypes: [
        hop('fits', { size: '1h', slide: '36s' }),
        hop('gaps', { size: '10s', slide: '11s' }),
        hop('crowd', { size: '1h', slide: '35s' }),
        hop('nest', { size: '10s', slide: '5s', align: 'parent' }),
      ],
    });
    expect(outcome).toMatchObject({
      ok: false,
      problems: [
        { code: 'MALFORMED', path: 'windowTypes[1].open.sliding.slide', message: expect.stringContaining('"size"') },
        { code: 'MALFORMED', path: 'windowTypes[2].open.sliding.slide', message: expect.stringContaining('100') },
        { code: 'PARENT_REQUIRED', path: 'windowTypes[3].open.sliding.align' },
      ],
    });
  });

  it('says that a window around a point would be empty', () => {
    const around = (name: string, point: object) => ({
      name,
      version: 1,
      open: { point: { signal: 'alarm', ...point } },
    });
    expect(define({ windowTypes: [around('a', {}), around('b', { before: '1s' })] })).toMatchObject({
      problems: [
        { code: 'MALFORMED', path: 'windowTypes[0].open.point.after', message: expect.stringContaining('empty') },
      ],
    });
  });

  it('names every problem at once, unknown fields with the name that was meant', () => {
    const outcome = define({
      windowTypes: [
        { name: 'Cycle', version: 1, open: { fixed: { size: '2 s' } } },
        { name: 'b', version: 1.1, open: {} },
        {
          name: 'c',
          version: 1,
          open: { fixed: { size: '0s' } },
          allowedLatness: '1s',
          policy: { alowedLateness: '1s' },
        },
      ],
      soruces: [],
    });
    expect(outcome).toMatchObject({
      ok: false,
      problems: expect.arrayContaining([
        expect.objectContaining({ code: 'MALFORMED', path: 'windowTypes[0].name' }),
        expect.objectContaining({ code: 'MALFORMED', path: 'windowTypes[0].open.fixed.size' }),
        expect.objectContaining({ code: 'MALFORMED', path: 'windowTypes[1].version' }),
        expect.objectContaining({ code: 'MALFORMED', path: 'windowTypes[1].open' }),
        expect.objectContaining({ code: 'MALFORMED', path: 'windowTypes[2].open.fixed.size' }),
        expect.objectContaining({
          code: 'UNKNOWN_FIELD',
          path: 'windowTypes[2].policy.alowedLateness',
          message: expect.stringContaining('"allowedLateness"'),
        }),
        expect.objectContaining({
          code: 'UNKNOWN_FIELD',
          path: 'soruces',
          message: expect.stringContaining('"sources"'),
        }),
      ]),
    });
  });

  it('tells of a union the alternative that was meant', () => {
    const dependency = { algorithm: 'a@1', relation: { previuos: 20 } };
    expect(
      register({
        name: 'p',
        version: 1,
        algorithms: [{ name: 'a', version: 1, windows: ['cycle@1'], dependencies: [dependency] }],
      }),
    ).toMatchObject({
      problems: expect.arrayContaining([
        expect.objectContaining({ code: 'UNKNOWN_FIELD', path: 'algorithms[0].dependencies[0].relation.previuos' }),
      ]),
    });
  });
});
