import type { ResultType } from '@windlass/dag';
import { unitDoc } from '../wording.ts';
import { avroTypeText } from './avro-types.ts';
import { docstring, literal, propertyKey } from './comments.ts';

/** How a kind of result is written in TypeScript. */
interface Kind {
  /** Type of the value that a dependant receives. */
  readonly type: (result: ResultType) => string;
  /** The SDK's declaration of it. */
  readonly declaration: (result: ResultType) => string;
}

const simple = (type: string, declaration: string): Kind => ({
  type: () => type,
  declaration: ({ unit }) => `sdk.${declaration}(${unit === undefined ? '' : JSON.stringify(unit)})`,
});

const struct: Kind = {
  type: ({ fields }) =>
    fields
      ? `{\n${Object.entries(fields).map(fieldText).join('\n')}\n}`
      : '{ readonly [field: string]: sdk.ResultValue }',
  declaration: ({ fields = {} }) => {
    const members = Object.entries(fields).map(([name, field]) => `${propertyKey(name)}: ${declarationOf(field)},`);
    return `sdk.struct({ ${members.join(' ')} })`;
  },
};

/** Every kind that the hub knows; what is new there does not compile until it is here. */
const KINDS: Readonly<Record<ResultType['type'], Kind>> = {
  double: simple('number', 'double'),
  long: simple('bigint', 'long'),
  boolean: simple('boolean', 'boolean'),
  string: simple('string', 'string'),
  bytes: simple('Uint8Array', 'bytes'),
  array: simple('Float64Array | readonly sdk.ResultValue[]', 'list'),
  struct,
  none: simple('void', 'nothing'),
};

export function typeOf(result: ResultType): string {
  const type = result.avro ? avroTypeText(result.avro) : KINDS[result.type].type(result);
  return result.optional ? `(${type}) | null` : type;
}

export function declarationOf(result: ResultType): string {
  const { avro, unit, optional } = result;
  if (avro) return `sdk.avro(${literal(avro)}${unit === undefined ? '' : `, ${JSON.stringify(unit)}`})`;
  const declaration = KINDS[result.type].declaration(result);
  return optional ? `sdk.optional(${declaration})` : declaration;
}

const fieldText = ([name, field]: [string, ResultType]): string =>
  [
    ...(field.unit === undefined ? [] : [docstring(unitDoc(field.unit))]),
    `readonly ${propertyKey(name)}: ${typeOf(field)};`,
  ].join('\n');
