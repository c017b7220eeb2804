import {
  ContractError,
  decodeCurrent,
  encodeRecord,
  splitWireFormat,
  type ResultItem,
  type ResultKind,
  type ResultRecord,
} from '@windlass/contracts';
import { answerError } from './algorithm-error.ts';

/** Who answers. */
export interface Identity {
  readonly processor: string;
  readonly processorVersion: string;
  /** This process; unique. */
  readonly instance: string;
}

/** Encodes result records of one instance. `schemaId` is the id of the results' current schema. */
export class AnswerCodec {
  readonly #identity: Identity;
  readonly #schemaId: number;

  constructor(identity: Identity, schemaId: number) {
    this.#identity = identity;
    this.#schemaId = schemaId;
  }

  /** A record that would be too large ends with the first item that no longer fits, failed as PAYLOAD_TOO_LARGE. */
  encode(taskId: string, items: readonly ResultItem[], kind: ResultKind = 'RESULT'): Buffer {
    try {
      return encodeRecord('results', this.#schemaId, { taskId, kind, items, ...this.#identity });
    } catch (error) {
      const last = items.at(-1);
      if (!(error instanceof ContractError) || error.code !== 'VALUE_TOO_LARGE' || !last) throw error;
      const fitting = last.error?.code === 'PAYLOAD_TOO_LARGE' ? items.slice(0, -2) : items.slice(0, -1);
      const cut = items[fitting.length] ?? last;
      return this.encode(taskId, [...fitting, failedItem(cut, answerError('PAYLOAD_TOO_LARGE', error.message))], kind);
    }
  }

  /** Of a record of our own. */
  decode(record: Buffer): ResultRecord {
    return decodeCurrent('results', splitWireFormat(record).body);
  }
}

/** An item that says only why there is no result. */
export const failedItem = (
  { executionId, attempt, startedAtUs, endedAtUs }: Omit<ResultItem, 'result' | 'error' | 'emissions' | 'cpuMs'>,
  error: ResultItem['error'],
): ResultItem => ({
  executionId,
  attempt,
  result: null,
  error,
  emissions: [],
  startedAtUs,
  endedAtUs,
  cpuMs: null,
});
