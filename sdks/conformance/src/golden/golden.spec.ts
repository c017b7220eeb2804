import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  decodeCurrent,
  encodeRecord,
  recordFromJson,
  recordToJson,
  splitWireFormat,
  type SchemaFamily,
} from '@windlass/contracts';
import { madeFiles, type GoldenRecord } from './files.ts';
import { withExamples } from './page.ts';

const folder = new URL('../../golden/', import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const page = new URL('../../../../docs/reference/processor-protocol.md', import.meta.url);
const told = 'is what the contracts say (npm run golden -w @windlass/conformance)';

interface FamilyFile {
  readonly family: SchemaFamily;
  readonly records: readonly GoldenRecord[];
}
const families = [...madeFiles().keys()].filter((name) => name !== 'keys.json').map((name) => read(name) as FamilyFile);
const records = families.flatMap(({ family, records }) =>
  records.map((record) => [`${family}/${record.name}`, family, record] as const),
);

describe('a golden file', () => {
  it.each([...madeFiles()])(`%s ${told}`, (name, content) => {
    expect(read(name)).toEqual(JSON.parse(JSON.stringify(content)));
  });

  it.each(records)('%s reads as its JSON, which writes its bytes', (_, family, { value, hex }) => {
    const { schemaId, body } = splitWireFormat(Buffer.from(hex, 'hex'));
    expect(JSON.parse(JSON.stringify(recordToJson(family, decodeCurrent(family, body))))).toEqual(value);
    expect(encodeRecord(family, schemaId, recordFromJson(family, value)).toString('hex')).toBe(hex);
  });
});

describe('the page of the protocol', () => {
  const recordOf = (family: string, name: string) =>
    families.find((file) => file.family === family)?.records.find((record) => record.name === name);
  const codeOf = (text: string) =>
    [...text.matchAll(/<!-- golden [\s\S]*?<!-- end -->/g)].map(([example]) => example.replace(/\s+/g, ''));

  it(`has examples of which each ${told}`, () => {
    const text = readFileSync(page, 'utf8');
    expect(codeOf(text).length).toBeGreaterThanOrEqual(4);
    // prettier lays JSON out; spaces apart, they are the same.
    expect(codeOf(withExamples(text, recordOf))).toEqual(codeOf(text));
  });

  it('can name only records that there are', () => {
    expect(() => withExamples('<!-- golden windows/none -->\n<!-- end -->', recordOf)).toThrow(RangeError);
  });
});
