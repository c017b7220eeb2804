import type { ResultType } from '@windlass/dag';
import { unitDoc } from '../wording.ts';
import { avroTypeText, type AvroNaming } from './avro-types.ts';
import { literal } from './literals.ts';
import { className } from './naming.ts';

/** How a kind of result is written in Python. */
interface Kind {
  /** Type of the value that a dependant receives. */
  readonly type: (result: ResultType, naming: AvroNaming) => string;
  /** The SDK's declaration of it. */
  readonly declaration: (result: ResultType) => string;
}

const simple = (type: string, declaration: string): Kind => ({
  type: () => type,
  declaration: ({ unit }) => `sdk.${declaration}(${unit === undefined ? '' : literal(unit)})`,
});

const struct: Kind = {
  type: ({ fields }, naming) => (fields ? structType(fields, naming) : 'dict[str, Any]'),
  declaration: ({ fields = {} }) => {
    const members = Object.entries(fields).map(([name, field]) => `${literal(name)}: ${declarationOf(field)}`);
    return `sdk.struct({${members.join(', ')}})`;
  },
};

/** Every kind that the hub knows; what is new there does not compile until it is here. */
const KINDS: Readonly<Record<ResultType['type'], Kind>> = {
  double: simple('float', 'double'),
  long: simple('int', 'long'),
  boolean: simple('bool', 'boolean'),
  string: simple('str', 'string'),
  bytes: simple('bytes', 'binary'),
  array: simple('sdk.Doubles | list[Any]', 'items'),
  struct,
  none: simple('None', 'nothing'),
};

export function typeOf(result: ResultType, naming: AvroNaming): string {
  const type = result.avro ? avroTypeText(result.avro, naming) : KINDS[result.type].type(result, naming);
  return result.optional && type !== 'None' ? `${type} | None` : type;
}

export function declarationOf(result: ResultType): string {
  const { avro, unit, optional } = result;
  if (avro) return `sdk.avro(${literal(avro)}${unit === undefined ? '' : `, ${literal(unit)}`})`;
  const declaration = KINDS[result.type].declaration(result);
  return optional ? `sdk.optional(${declaration})` : declaration;
}

const structType = (fields: NonNullable<ResultType['fields']>, { name, doc, dicts }: AvroNaming): string =>
  dicts.declare(
    name,
    doc,
    Object.entries(fields).map(([field, of]) => ({
      name: field,
      type: typeOf(of, { name: `${name}${className(field)}`, doc: `\`${field}\` in ${name}.`, dicts }),
      doc: of.unit === undefined ? undefined : unitDoc(of.unit),
    })),
  );
