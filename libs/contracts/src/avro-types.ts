import avro from 'avsc';
import { ContractError } from './errors.ts';
import { schemaOf, type SchemaFamily } from './families.ts';

type Schema = Parameters<typeof avro.Type.forSchema>[0];
type Options = NonNullable<Parameters<typeof avro.Type.forSchema>[1]>;
interface Tap {
  readonly buf: Buffer;
  pos: number;
  readLong(): number;
  skipLong(): number;
  readString(): string;
  isValid(): boolean;
}
interface Reader {
  _read(tap: Tap): unknown;
}

/** A block may claim more items than bytes follow; avsc would go on reading past the end. */
function checkWithin(tap: Tap): void {
  if (!tap.isValid()) throw new ContractError('BAD_AVRO', 'truncated: a block has fewer items than it says');
}

/** Items of the next block; 0 ends. A negative count is followed by the block's size in bytes. */
function blockLength(tap: Tap): number {
  const count = tap.readLong();
  if (count < 0) tap.skipLong();
  checkWithin(tap);
  return Math.abs(count);
}

class CheckedArray extends avro.types.ArrayType {
  _read(this: { readonly itemsType: Reader }, tap: Tap): unknown[] {
    const items: unknown[] = [];
    for (let count = blockLength(tap); count > 0; count = blockLength(tap)) {
      for (; count > 0; count--) {
        items.push(this.itemsType._read(tap));
        checkWithin(tap);
      }
    }
    return items;
  }
}

class CheckedMap extends avro.types.MapType {
  _read(this: { readonly valuesType: Reader }, tap: Tap): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    for (let count = blockLength(tap); count > 0; count = blockLength(tap)) {
      for (; count > 0; count--) {
        const key = tap.readString();
        if (key === '__proto__') throw new ContractError('BAD_AVRO', 'a map has the key __proto__');
        values[key] = this.valuesType._read(tap);
        checkWithin(tap);
      }
    }
    return values;
  }
}

/** avsc reads a writer's bytes as a string where a union names string before bytes; resolution must keep the branch. */
class ExactString extends avro.types.StringType {
  _update(resolver: { _read?: unknown }, type: avro.Type): void {
    if (type.typeName === 'string') resolver._read = (this as unknown as Reader)._read;
  }
}

const exactString = new ExactString();

const bigintLong = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  },
  fromJSON: (value: number | string) => BigInt(value),
  toJSON: String,
  isValid: (value: unknown) => typeof value === 'bigint' && BigInt.asIntN(64, value) === value,
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
});

function typeHook(schema: Schema, options: Options): avro.Type | undefined {
  if (typeof schema !== 'object' || Array.isArray(schema) || !('type' in schema)) return undefined;
  switch (schema.type) {
    case 'array':
      return new CheckedArray(schema as Schema, options);
    case 'map':
      return new CheckedMap(schema as Schema, options);
    case 'string':
      return exactString;
    case 'long':
      return 'logicalType' in schema && schema.logicalType === 'int64' ? bigintLong : undefined;
    default:
      return undefined;
  }
}

/**
 * An avsc type as all of ours are made: timestamps and longs are numbers (refused beyond 2^53), `logicalType: int64` is a
 * bigint, unions are wrapped only where two branches look alike, blocks are checked against the bytes that are there.
 * @throws {ContractError} INCOMPATIBLE_SCHEMA when it is no Avro schema.
 */
export function avroTypeOfSchema(schema: object | string): avro.Type {
  try {
    const parsed: unknown =
      typeof schema === 'string' && schema.trimStart().startsWith('{') ? JSON.parse(schema) : schema;
    return avro.Type.forSchema(parsed as Schema, { typeHook, omitRecordMethods: true });
  } catch (cause) {
    throw new ContractError('INCOMPATIBLE_SCHEMA', `not an Avro schema: ${(cause as Error).message}`, { cause });
  }
}

const types = new Map<SchemaFamily, avro.Type>();

/** The type of a family's current schema; made once. */
export function avroTypeOf(family: SchemaFamily): avro.Type {
  let type = types.get(family);
  if (!type) types.set(family, (type = avroTypeOfSchema(schemaOf(family))));
  return type;
}

export type { Type as AvroType } from 'avsc';
