import { type AvroShape, avroShapeOf } from '../avro-shape.ts';
import { className } from './naming.ts';
import type { TypedDicts } from './typed-dicts.ts';

export interface AvroNaming {
  /** Of the outermost record, and the beginning of the names of those in it. */
  readonly name: string;
  readonly doc: string;
  readonly dicts: TypedDicts;
}

/** The Python type of values of an Avro schema, as the SDK reads them. */
export const avroTypeText = (schema: object, naming: AvroNaming): string =>
  new AvroTypes(naming).textOf(avroShapeOf(schema), []);

class AvroTypes {
  readonly #naming: AvroNaming;
  readonly #declared = new Map<AvroShape, string>();

  constructor(naming: AvroNaming) {
    this.#naming = naming;
  }

  textOf(type: AvroShape, above: readonly AvroShape[]): string {
    switch (type.typeName) {
      case 'null':
        return 'None';
      case 'boolean':
        return 'bool';
      case 'string':
        return 'str';
      case 'int':
      case 'long':
        return 'int';
      case 'float':
      case 'double':
        return 'float';
      case 'bytes':
      case 'fixed':
        return 'bytes';
      case 'enum':
        return `Literal[${type.symbols.map((symbol) => JSON.stringify(symbol)).join(', ')}]`;
      case 'array':
        return this.#array(type.itemsType, above);
      case 'map':
        return `dict[str, ${this.textOf(type.valuesType, above)}]`;
      case 'record':
        return this.#record(type, above);
      case 'union:wrapped':
      case 'union:unwrapped':
        return this.#union(type.types, above);
      default:
        return 'Any';
    }
  }

  /** Null is written last, as Python does. */
  #union(types: readonly AvroShape[], above: readonly AvroShape[]): string {
    const texts = new Set(types.map((one) => this.textOf(one, above)));
    const isOptional = texts.delete('None');
    return [...texts, ...(isOptional ? ['None'] : [])].join(' | ');
  }

  /** Numbers may travel dense. */
  #array(items: AvroShape, above: readonly AvroShape[]): string {
    const list = `list[${this.textOf(items, above)}]`;
    return items.typeName === 'double' || items.typeName === 'float' ? `sdk.Doubles | ${list}` : list;
  }

  /** How deep a record within itself goes is not known. */
  #record(type: AvroShape, above: readonly AvroShape[]): string {
    if (above.includes(type)) return 'dict[str, Any]';
    const known = this.#declared.get(type);
    if (known !== undefined) return known;
    const { name: outermost, doc, dicts } = this.#naming;
    const fields = type.fields.map(({ name, type: of }) => ({ name, type: this.textOf(of, [...above, type]) }));
    const isOutermost = above.length === 0;
    const own = type.name.split('.').at(-1)!;
    const name = dicts.declare(
      isOutermost ? outermost : `${outermost}${className(own)}`,
      isOutermost ? doc : `\`${type.name}\` in ${outermost}.`,
      fields,
    );
    this.#declared.set(type, name);
    return name;
  }
}
