import {
  encodeRecord,
  murmur2,
  partitionOf,
  recordFromJson,
  recordToJson,
  slotOf,
  type SchemaFamily,
} from '@windlass/contracts';
import { goldenCases, goldenKeys, type GoldenCase } from './cases.ts';

/** Schema id in the golden records' wire format. */
export const GOLDEN_SCHEMA_ID = 1;

export interface GoldenRecord {
  readonly name: string;
  /** All fields, in JSON form. */
  readonly value: unknown;
  /** Value of the record: the five bytes of the wire format, then Avro. */
  readonly hex: string;
}

const PARTITIONS = [1, 8, 64, 1024];

const goldenRecord = (family: SchemaFamily, { name, value }: GoldenCase): GoldenRecord => {
  const record = recordFromJson(family, value);
  return {
    name,
    value: recordToJson(family, record),
    hex: encodeRecord(family, GOLDEN_SCHEMA_ID, record).toString('hex'),
  };
};

const goldenKey = (key: string) => {
  const slot = slotOf(key);
  const partitions = PARTITIONS.map((count) => [String(count), partitionOf(slot, count)] as const);
  return { key, murmur2: murmur2(Buffer.from(key)), slot, partitions: Object.fromEntries(partitions) };
};

export const familyFile = (family: keyof typeof goldenCases) => ({
  family,
  schemaId: GOLDEN_SCHEMA_ID,
  records: goldenCases[family].map((one: GoldenCase) => goldenRecord(family, one)),
});

/** Golden files that are made from the contracts: content by name. */
export const madeFiles = (): ReadonlyMap<string, unknown> =>
  new Map<string, unknown>([
    ...(Object.keys(goldenCases) as (keyof typeof goldenCases)[]).map(
      (family) => [`${family}.json`, familyFile(family)] as const,
    ),
    ['keys.json', { keys: goldenKeys.map(goldenKey) }],
  ]);
