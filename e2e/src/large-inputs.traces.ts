import { createHash } from 'node:crypto';

/** Of one trace: 1.6 MB. */
export const DOUBLES = 200_000;

/** Of a result of which two fit into a record: 4 MiB without 512 bytes. */
export const LARGEST = (4 * 1024 * 1024 - 512) / 8;

/** What the window that starts then is found to hold: every kind of number that a sensor tells. */
export const traceOf = (startUs: number, length: number): Float64Array =>
  Float64Array.from({ length }, (_, i) => (i % 1_000 === 7 ? Number.NaN : (startUs % 997) - i / 3));

/** SHA-256 of its bits. */
export const fingerprintOf = (trace: Float64Array): string =>
  createHash('sha256')
    .update(new Uint8Array(trace.buffer, trace.byteOffset, trace.byteLength))
    .digest('hex');
