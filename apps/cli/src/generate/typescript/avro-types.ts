import { avroTypeOfSchema } from '@windlass/contracts';
import { propertyKey } from './comments.ts';

/** What of an avsc type is looked at here. */
interface Shape {
  readonly typeName: string;
  readonly itemsType: Shape;
  readonly valuesType: Shape;
  readonly types: readonly Shape[];
  readonly fields: readonly { readonly name: string; readonly type: Shape }[];
  readonly symbols: readonly string[];
}

/** The TypeScript type of values of an Avro schema, as the SDK reads them. */
export const avroTypeText = (schema: object): string => textOf(avroTypeOfSchema(schema) as unknown as Shape, []);

function textOf(type: Shape, above: readonly Shape[]): string {
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
function arrayText(items: Shape, above: readonly Shape[]): string {
  const list = `readonly (${textOf(items, above)})[]`;
  return items.typeName === 'double' || items.typeName === 'float' ? `Float64Array | ${list}` : list;
}

/** How deep a record within itself goes is not known. */
function recordText(type: Shape, above: readonly Shape[]): string {
  if (above.includes(type)) return '{ readonly [field: string]: sdk.ResultValue }';
  const fields = type.fields.map(
    ({ name, type: of }) => `readonly ${propertyKey(name)}: ${textOf(of, [...above, type])};`,
  );
  return `{\n${fields.join('\n')}\n}`;
}
