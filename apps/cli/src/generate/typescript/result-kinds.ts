import type { ResultType } from '@windlass/dag';
import { docstring, inUnit, propertyKey } from './comments.ts';

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
  type: ({ fields = {} }) => `{\n${Object.entries(fields).map(fieldText).join('\n')}\n}`,
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

export const typeOf = (result: ResultType): string => KINDS[result.type].type(result);

export const declarationOf = (result: ResultType): string => KINDS[result.type].declaration(result);

const fieldText = ([name, field]: [string, ResultType]): string =>
  [
    ...(field.unit === undefined ? [] : [docstring(`In ${field.unit}.`)]),
    `readonly ${propertyKey(name)}: ${typeOf(field)};`,
  ].join('\n');

/** For a docstring: `double in MB/s`. */
export const described = ({ type, unit }: ResultType): string =>
  `${type === 'none' ? 'no value' : type}${inUnit(unit)}`;
