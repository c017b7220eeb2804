import { setTimeout as delay } from 'node:timers/promises';
import { HubError, hubRefusal } from '../commands/hub-api.ts';

/** The trigger's answer to one request, which is for all of its signals or for none. */
export type DoorAnswer =
  | { readonly kind: 'taken' }
  /** More bytes than the trigger takes at once: send fewer signals. */
  | { readonly kind: 'tooLarge' }
  /** None is taken because of these. */
  | { readonly kind: 'refused'; readonly problems: ReadonlyMap<number, string> };

/** The hub could not take signals, and will be asked again. */
export interface DoorWait {
  readonly reason: string;
  readonly delayMs: number;
}

export interface SignalDoorOptions {
  readonly url: string;
  readonly token: string | undefined;
  readonly onWait: (wait: DoorWait) => void;
  /** Ends waiting; a request under way is not cut off. */
  readonly stop: AbortSignal;
}

const REQUEST_TIMEOUT_MS = 60_000;
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 30_000;
/** A request that failed for a reason of the world's is worth repeating. */
const isRetryable = (status: number): boolean => status >= 500 || [408, 425, 429].includes(status);

/** `POST /v1/signals` of a trigger. While it cannot be reached, or is not able to take signals, it is asked again and again. */
export class SignalDoor {
  readonly #options: SignalDoorOptions;
  readonly #url: string;

  constructor(options: SignalDoorOptions) {
    this.#options = options;
    this.#url = options.url.replace(/\/$/, '');
  }

  /**
   * Signals as JSON texts. Resolves when Kafka has all of them, or they are refused.
   * @throws {HubError} what will not get better by itself, such as a token that is not known; the reason of `stop` while waiting.
   */
  async post(signals: readonly string[]): Promise<DoorAnswer> {
    const body = `{"signals":[${signals.join(',')}]}`;
    for (let attempt = 0; ; attempt++) {
      const answer = await this.#try(body);
      if (!('reason' in answer)) return answer;
      const delayMs = answer.afterMs ?? backoffMs(attempt);
      this.#options.onWait({ reason: answer.reason, delayMs });
      await delay(delayMs, undefined, { signal: this.#options.stop }).catch(() => this.#options.stop.throwIfAborted());
    }
  }

  async #try(body: string): Promise<DoorAnswer | Failure> {
    const { token } = this.#options;
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${this.#url}/v1/signals`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
        body,
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      });
      text = await response.text();
    } catch (error) {
      return {
        reason: `the trigger at ${this.#url} does not answer (${reasonOf(error)}); WINDLASS_TRIGGER_URL says where it is`,
      };
    }
    if (response.ok) return { kind: 'taken' };
    if (response.status === 413) return { kind: 'tooLarge' };
    const refusal = hubRefusal(response.status, text);
    if (isRetryable(response.status))
      return { reason: `the trigger cannot take signals now: ${refusal.message}`, ...after(response) };
    const problems = problemsByIndex(refusal);
    if (problems.size > 0) return { kind: 'refused', problems };
    throw refusal;
  }
}

interface Failure {
  readonly reason: string;
  /** When the service says to come again. */
  readonly afterMs?: number;
}

/** Doubles, and differs by up to a fifth, so that many senders do not come back at once. */
const backoffMs = (attempt: number): number =>
  Math.round(Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt) * (0.8 + 0.4 * Math.random()));

function after(response: Response): { afterMs?: number } {
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  return seconds > 0 ? { afterMs: Math.min(seconds * 1_000, MAX_DELAY_MS) } : {};
}

/** `fetch` says only that it failed; why is in the cause. */
function reasonOf(error: unknown): string {
  const { cause = error } = error as { cause?: unknown };
  const { code, message } = cause as { code?: unknown; message?: unknown };
  return typeof code === 'string' ? code : String(message ?? cause);
}

/** Problems name their signal as `signals[3]` or `signals.3.values`. */
function problemsByIndex({ problems }: HubError): Map<number, string> {
  const byIndex = new Map<number, string>();
  for (const { path, message } of problems) {
    const [, bracket, dot, field = ''] = /^signals(?:\[(\d+)\]|\.(\d+))\.?(.*)$/.exec(path) ?? [];
    const index = bracket ?? dot;
    if (index !== undefined && !byIndex.has(Number(index)))
      byIndex.set(Number(index), field === '' ? message : `${field}: ${message}`);
  }
  return byIndex;
}
