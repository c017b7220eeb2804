import { avroTypeOf, avroTypeOfSchema } from './avro-types.ts';
import { ContractError } from './errors.ts';
import { schemaOf, type SchemaFamily } from './families.ts';
import type { FamilyValues } from './generated/families.ts';
import { limits, recordOverheadBytes } from './limits.ts';
import { maxRecordBytesOf } from './topics.ts';
import { wireHeaderBytes, writeWireHeader } from './wire-format.ts';

const initialScratchBytes = 64 * 1024;
const maxBytesOf = (family: SchemaFamily): number => Math.max(limits.recordBytes, maxRecordBytesOf(family));
let scratch: Buffer = Buffer.allocUnsafe(initialScratchBytes);

/**
 * Encodes a record's value with its Confluent header. Synchronous; about a microsecond for a small record.
 * @throws {ContractError} INVALID_MESSAGE naming each path that does not fit the schema; VALUE_TOO_LARGE beyond
 * `recordBytes` (8 MiB), or the family's limit where that is more. A topic with a smaller limit checks the length of what is returned.
 */
export function encodeRecord<F extends SchemaFamily>(family: F, schemaId: number, value: FamilyValues[F]): Buffer {
  const type = avroTypeOf(family);
  for (;;) {
    let end: number;
    try {
      end = type.encode(value, scratch, wireHeaderBytes);
    } catch (cause) {
      throw new ContractError('INVALID_MESSAGE', `${family}: ${misfits(family, value) || (cause as Error).message}`, {
        cause,
      });
    }
    if (end >= 0) {
      writeWireHeader(scratch, schemaId);
      return Buffer.from(scratch.subarray(0, end));
    }
    grow(family, scratch.length - end);
  }
}

/** Keeps the larger buffer: the next large record will need it too. */
function grow(family: SchemaFamily, neededBytes: number): void {
  const most = maxBytesOf(family);
  if (neededBytes > most + recordOverheadBytes) {
    throw new ContractError(
      'VALUE_TOO_LARGE',
      `${family}: record of ${neededBytes} bytes, limit ${most > limits.recordBytes ? 'outcomeBytes' : 'recordBytes'} is ${most}`,
    );
  }
  scratch = Buffer.allocUnsafe(Math.min(most + recordOverheadBytes, Math.max(neededBytes, scratch.length * 2)));
}

function misfits(family: SchemaFamily, value: unknown): string {
  const paths: string[] = [];
  avroTypeOf(family).isValid(value, {
    errorHook: (path, found, type) => {
      if (paths.length < 10)
        paths.push(`${path.join('.') || 'value'}: ${describe(found)} is not ${type.branchName ?? type.typeName}`);
    },
  });
  return paths.join('; ');
}

const describe = (value: unknown): string =>
  typeof value === 'object' && value !== null ? (value.constructor?.name ?? 'object') : String(value).slice(0, 40);

/** Decodes the body of a record (without header) to the current schema's shape. */
export type Reader<F extends SchemaFamily> = (body: Buffer) => FamilyValues[F];

/**
 * A reader for what was written with `writerSchema` (JSON text or object), by Avro's schema resolution. Keep it: one a schema id.
 * The reader throws {@link ContractError} BAD_AVRO.
 * @throws {ContractError} INCOMPATIBLE_SCHEMA when the current schema cannot read what that schema writes.
 */
export function readerOf<F extends SchemaFamily>(family: F, writerSchema: object | string): Reader<F> {
  const readerType = avroTypeOf(family);
  const writerType = avroTypeOfSchema(writerSchema);
  const resolver = writerType.equals(readerType) ? undefined : resolverOf(family, writerSchema);
  return (body) => {
    try {
      return readerType.fromBuffer(body, resolver);
    } catch (cause) {
      throw new ContractError('BAD_AVRO', `${family}: ${(cause as Error).message}`, { cause });
    }
  };
}

function resolverOf(family: SchemaFamily, writerSchema: object | string) {
  try {
    return avroTypeOf(family).createResolver(avroTypeOfSchema(writerSchema));
  } catch (cause) {
    throw new ContractError('INCOMPATIBLE_SCHEMA', `${family}: ${(cause as Error).message}`, { cause });
  }
}

const currentReaders = new Map<SchemaFamily, Reader<SchemaFamily>>();

/** Decodes a body written with the current schema. @throws {ContractError} BAD_AVRO. */
export function decodeCurrent<F extends SchemaFamily>(family: F, body: Buffer): FamilyValues[F] {
  let reader = currentReaders.get(family);
  if (!reader) currentReaders.set(family, (reader = readerOf(family, schemaOf(family))));
  return reader(body) as FamilyValues[F];
}
