/** Bytes of a text, or of none, in Kafka's protocol. */
export const stringBytes = (text: string | null): number => 2 + (text === null ? 0 : Buffer.byteLength(text));

/** @returns where it ends */
export function putString(buffer: Buffer, at: number, text: string | null): number {
  if (text === null) return buffer.writeInt16BE(-1, at);
  const next = buffer.writeInt16BE(Buffer.byteLength(text), at);
  return next + buffer.write(text, next);
}
