import avro from 'avsc';

type Field = avro.types.RecordType['fields'][number];

/** The type itself, or of a union of null and one other that one: results have no other unions. */
export function someOf(type: avro.Type): avro.Type {
  if (!avro.Type.isType(type, 'union')) return type;
  const { types } = type as avro.types.UnwrappedUnionType;
  return types.find(({ typeName }) => typeName !== 'null') ?? type;
}

/** A union of null and another type. */
export const isNullable = (type: avro.Type): boolean =>
  avro.Type.isType(type, 'union') &&
  (type as avro.types.UnwrappedUnionType).types.some(({ typeName }) => typeName === 'null');

export const itemsOf = (type: avro.Type): avro.Type => (type as avro.types.ArrayType).itemsType;
export const valuesOf = (type: avro.Type): avro.Type => (type as avro.types.MapType).valuesType;
export const fieldsOf = (type: avro.Type): readonly Field[] => (type as avro.types.RecordType).fields;
export const symbolsOf = (type: avro.Type): readonly string[] => (type as avro.types.EnumType).symbols;

/** Where a reader finds one of its fields: by its name, or by one that it had. */
export const namesOf = ({ name, aliases }: Field): readonly string[] => [name, ...aliases];

/** `Condition` of a record, `long` of a long. */
export const nameOf = ({ name, typeName }: avro.Type): string =>
  name === undefined ? typeName : `${typeName} ${name}`;
