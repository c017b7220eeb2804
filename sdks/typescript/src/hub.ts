import { registrationOf } from './definition/registration.ts';
import type { ProcessorDefinition } from './definition/processor.ts';
import { RegistrationRefused, type RegistrationProblem } from './errors.ts';
import { errorFields, type Logger } from './log.ts';
import { retrying } from './retrying.ts';

/** What the hub answers to a registration. */
export interface Registration {
  /** Number of the DAG revision that holds the processor. */
  readonly revision: number;
  readonly windowTopic: string;
  readonly resultTopic: string;
  readonly partitions: number;
  /** Prefix of the hub's topics. */
  readonly kafkaPrefix: string;
  /** Where results are that travel by reference; an older hub tells none, and sends none. */
  readonly resultCollectorUrl?: string;
  /** What may not be meant; an older hub tells none. */
  readonly warnings?: readonly RegistrationProblem[];
  /** Nothing is wrong, but somebody may want to know. */
  readonly hints?: readonly { readonly code: string; readonly path: string; readonly message: string }[];
}

const REQUEST_TIMEOUT_MS = 30_000;
/** How long to wait for what other processors register, or a definitions file brings. */
const WAIT_FOR_OTHERS_MS = 30_000;
const BROUGHT_BY_OTHERS: readonly string[] = ['UNKNOWN_ALGORITHM', 'UNKNOWN_WINDOW_TYPE', 'STARVED'];
/** Busy, or another change came between. */
const isPassing = (status: number): boolean => status >= 500 || status === 429 || status === 409;

/**
 * Registers a processor; waits for a hub that is not up yet, and a while for algorithms and window types that it lacks: programs
 * that are started together register in any order.
 * @throws RegistrationRefused when the hub says no (HTTP 4xx); the reason of `signal` when aborted.
 */
export async function register(
  processor: ProcessorDefinition,
  { hubUrl, token, log, signal }: { hubUrl: string; token?: string | undefined; log: Logger; signal: AbortSignal },
): Promise<Registration> {
  const body = JSON.stringify(registrationOf(processor));
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const patienceEndsMs = performance.now() + WAIT_FOR_OTHERS_MS;
  return retrying(
    async () => {
      const timeout = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);
      const response = await fetch(`${hubUrl}/v1/processors`, { method: 'POST', headers, body, signal: timeout });
      const text = await response.text();
      if (response.ok) return told(JSON.parse(text) as Registration, log);
      if (isPassing(response.status)) throw new Error(`HTTP ${response.status}: ${text}`);
      const refused = new RegistrationRefused({ status: response.status, problems: problemsOf(text), body: text });
      const { problems } = refused;
      const mayMend = problems.length > 0 && problems.every(({ code }) => BROUGHT_BY_OTHERS.includes(code));
      if (mayMend && performance.now() < patienceEndsMs) throw new Error(refused.message);
      throw refused;
    },
    {
      signal,
      onRetry: (error) => log.warn('not registered yet, trying again', { hubUrl, error: errorFields(error) }),
    },
  );
}

function told(registration: Registration, log: Logger): Registration {
  for (const { code, message, mend } of registration.warnings ?? []) log.warn(message, { code, mend });
  return registration;
}

function problemsOf(body: string): readonly RegistrationProblem[] {
  try {
    const { problems } = JSON.parse(body) as { problems?: unknown };
    return Array.isArray(problems) ? (problems as RegistrationProblem[]) : [];
  } catch {
    return [];
  }
}
