/** A result that travels by reference: where the result-collector serves the bytes of its `Value`. */
export interface ResultReference {
  readonly windowId: string;
  readonly executionId: string;
  /** Of the encoded value, in hex: ids say which run it was, this which bytes. */
  readonly sha256: string;
}

/** Path and query, to be added to the result-collector's address. */
export const referenceOf = ({ windowId, executionId, sha256 }: ResultReference): string =>
  `/v1/results/${executionId}/value?window=${windowId}&sha256=${sha256}`;
