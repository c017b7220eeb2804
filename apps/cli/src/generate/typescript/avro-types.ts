import { type AvroShape, avroShapeOf } from '../avro-shape.ts';
import { propertyKey } from './comments.ts';

/** The TypeScript type of values of an Avro schema, as the SDK reads them. */
export const avroTypeText = (schema: object): string => textOf(avroShapeOf(schema), []);

function textOf(type: AvroShape, above: readonly AvroShape[]): string {
  switch (type.typeName) {
    case 'null':
      return 'null';
    case 'boolean':
    case 'string':
      return type.typeName;
    case 'int':
    case 'long':
      return 'bigint';
    case 'float':
    case 'double':
      return 'number';
    case 'bytes':
    case 'fixed':
      return 'Uint8Array';
    case 'enum':
      return type.symbols.map((symbol) => JSON.stringify(symbol)).join(' | ');
    case 'array':
      return arrayText(type.itemsType, above);
    case 'map':
      return `{ readonly [key: string]: ${textOf(type.valuesType, above)} }`;
    case 'record':
      return recordText(type, above);
    case 'union:wrapped':
    case 'union:unwrapped':
      return type.types.map((one) => textOf(one, above)).join(' | ');
    default:
      return 'sdk.ResultValue';
  }
}

/** Numbers may travel dense. */
function arrayText(items: AvroShape, above: readonly AvroShape[]): string {
  const list = `readonly (${textOf(items, above)})[]`;
  return items.typeName === 'double' || items.typeName === 'float' ? `Float64Array | ${list}` : list;
}

/** How deep a record within itself goes is not known. */
function recordText(type: AvroShape, above: readonly AvroShape[]): string {
  if (above.includes(type)) return '{ readonly [field: string]: sdk.ResultValue }';
  const fields = type.fields.map(
    ({ name, type: of }) => `readonly ${propertyKey(name)}: ${textOf(of, [...above, type])};`,
  );
  return `{\n${fields.join('\n')}\n}`;
}
