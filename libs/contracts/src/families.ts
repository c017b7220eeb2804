import { type FamilyValues, familySchemas } from './generated/families.ts';

/** A family whose records have a schema. */
export type SchemaFamily = keyof FamilyValues;

/** All topics of one meaning, whatever their prefix, team or processor. `late`, `dlq` and `overflow` keep the bytes of what they hold. */
export type Family = SchemaFamily | 'late' | 'dlq' | 'overflow';

export const schemaFamilies = Object.keys(familySchemas) as SchemaFamily[];
export const families: readonly Family[] = [...schemaFamilies, 'late', 'dlq', 'overflow'];

/** The schema as it is registered: an Avro schema, as JSON. */
export const schemaOf = (family: SchemaFamily): object => familySchemas[family];

export const hasSchema = (family: string): family is SchemaFamily => Object.hasOwn(familySchemas, family);
