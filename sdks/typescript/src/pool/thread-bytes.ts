/**
 * Bytes for another thread: a copy with memory of its own, to be transferred. Structured clone would copy all of the memory that a
 * Buffer is a view of, which may be a whole fetch from Kafka.
 */
export function toThread(bytes: Uint8Array): { readonly bytes: Uint8Array; readonly transfer: ArrayBuffer[] } {
  const own = new Uint8Array(bytes);
  return { bytes: own, transfer: [own.buffer] };
}

/** What came from another thread: structured clone makes plain Uint8Arrays of Buffers. */
export const fromThread = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
