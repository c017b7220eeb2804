export type IngestErrorCode =
  | 'BAD_FILE'
  | 'BAD_CSV'
  | 'BAD_ROW'
  | 'BAD_STATE'
  | 'NOTHING_TO_RESUME'
  | 'NOT_THE_SAME_FILE'
  | 'NOT_THE_SAME_MAPPING'
  | 'REJECTS_EXIST'
  | 'INTERRUPTED';

/** Why an ingest ended before the end of its file. */
export class IngestError extends Error {
  readonly code: IngestErrorCode;

  constructor(code: IngestErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
