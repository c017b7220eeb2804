import type { Row } from './rows.ts';

/** Of one request, unless told otherwise: the trigger takes 10,000, but answers others meanwhile when they are fewer. */
export const BATCH_ROWS = 2_000;
/** The trigger's default limit is 1 MiB. */
const MAX_BYTES = 900_000;

/** A row and its signal as JSON. */
export interface BatchedRow {
  readonly row: Row;
  /** Empty for a row that is no signal. */
  readonly text: string;
}

/** Rows in order, as many as one request may hold. With `stopAtBad` nothing follows a row that is no signal. */
export async function* batchesOf(
  rows: AsyncIterable<Row>,
  { stopAtBad, maxRows }: { readonly stopAtBad: boolean; readonly maxRows: number },
): AsyncGenerator<readonly BatchedRow[]> {
  let batch: BatchedRow[] = [];
  let bytes = 0;
  let failure: unknown;
  try {
    for await (const row of rows) {
      const text = row.signal === null ? '' : JSON.stringify(row.signal);
      const size = Buffer.byteLength(text) + 1;
      if (batch.length === maxRows || (batch.length > 0 && bytes + size > MAX_BYTES)) {
        yield batch;
        [batch, bytes] = [[], 0];
      }
      batch.push({ row, text });
      bytes += size;
      if (stopAtBad && row.signal === null) break;
    }
  } catch (error) {
    failure = error;
  }
  // What was read before reading failed is sent before that is told.
  if (batch.length > 0) yield batch;
  if (failure !== undefined) throw failure;
}
