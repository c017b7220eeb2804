import { ContractError } from './errors.ts';

/** Confluent wire format: a zero byte, the schema's id as big-endian int32, the Avro body. */
export const wireHeaderBytes = 5;
const magic = 0;

export interface WireParts {
  readonly schemaId: number;
  /** Shares the memory of what was split. */
  readonly body: Buffer;
}

export function writeWireHeader(target: Buffer, schemaId: number): void {
  target[0] = magic;
  target.writeInt32BE(schemaId, 1);
}

/** @throws {ContractError} BAD_WIRE_FORMAT when empty, too short, or not begun with the magic byte. */
export function splitWireFormat(bytes: Buffer | null): WireParts {
  if (bytes === null) throw new ContractError('BAD_WIRE_FORMAT', 'the record has no value');
  if (bytes.length < wireHeaderBytes) {
    throw new ContractError('BAD_WIRE_FORMAT', `${bytes.length} bytes; the header alone is ${wireHeaderBytes}`);
  }
  if (bytes[0] !== magic) {
    throw new ContractError(
      'BAD_WIRE_FORMAT',
      `begins with byte ${bytes[0]}, not with the magic byte ${magic} of the Confluent wire format`,
    );
  }
  return { schemaId: bytes.readInt32BE(1), body: bytes.subarray(wireHeaderBytes) };
}
