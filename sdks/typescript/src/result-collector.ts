import { decodeValue, type Value } from '@windlass/contracts';
import { NonRetryableError } from './errors.ts';
import { checkDepth } from './execution/depth.ts';
import type { ReferredResults } from './execution/fetch-inputs.ts';
import { retrying } from './retrying.ts';

/** Where results are that travel by reference. */
export interface ResultCollectorAddress {
  /** Undefined: neither the hub nor the environment tells it. */
  readonly url: string | undefined;
  /** Bearer token. */
  readonly token: string | undefined;
}

const REQUEST_TIMEOUT_MS = 30_000;
/** Not there yet, busy, or down: what another try may mend. */
const isPassing = (status: number): boolean => status >= 500 || status === 404 || status === 408 || status === 429;

/** Fetches results over HTTP. One that is not stored yet is tried again: who stores it may be behind. */
export class ResultCollector implements ReferredResults {
  readonly #address: ResultCollectorAddress;

  constructor(address: ResultCollectorAddress) {
    this.#address = address;
  }

  async fetch(reference: string, signal: AbortSignal): Promise<Value> {
    let last = 'it did not answer in time';
    const ask = async (): Promise<Value> => {
      try {
        return await this.#ask(reference, signal);
      } catch (error) {
        if (!signal.aborted) last = told(error);
        throw error;
      }
    };
    try {
      return await retrying(ask, { signal, onRetry: () => {} });
    } catch (cause) {
      throw new Error(`${this.#address.url ?? ''}${reference}: ${last}`, { cause });
    }
  }

  async #ask(reference: string, signal: AbortSignal): Promise<Value> {
    const { url, token } = this.#address;
    if (url === undefined)
      throw new NonRetryableError('the hub tells no address of its result-collector (WINDLASS_RESULT_COLLECTOR_URL)');
    if (!reference.startsWith('/v1/')) throw new NonRetryableError('not a reference that this SDK can read');
    const response = await fetch(`${url}${reference}`, {
      headers: { ...(token && { authorization: `Bearer ${token}` }) },
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
    });
    if (response.ok) return shallow(decodeValue(Buffer.from(await response.arrayBuffer())));
    const message = `HTTP ${response.status}: ${await response.text()}`;
    throw isPassing(response.status) ? new Error(message) : new NonRetryableError(message);
  }
}

function shallow(value: Value): Value {
  checkDepth(value);
  return value;
}

/** `fetch` says little, its cause more. */
function told(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
}
