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
}

const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Registers a processor; waits for a hub that is not up yet.
 * @throws RegistrationRefused when the hub says no (HTTP 4xx); the reason of `signal` when aborted.
 */
export async function register(
  processor: ProcessorDefinition,
  { hubUrl, token, log, signal }: { hubUrl: string; token?: string | undefined; log: Logger; signal: AbortSignal },
): Promise<Registration> {
  const body = JSON.stringify(registrationOf(processor));
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  return retrying(
    async () => {
      const timeout = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);
      const response = await fetch(`${hubUrl}/v1/processors`, { method: 'POST', headers, body, signal: timeout });
      const text = await response.text();
      if (response.ok) return JSON.parse(text) as Registration;
      if (response.status >= 500 || response.status === 429) throw new Error(`HTTP ${response.status}: ${text}`);
      throw new RegistrationRefused({ status: response.status, problems: problemsOf(text), body: text });
    },
    {
      signal,
      onRetry: (error) => log.warn('the hub is not ready, trying again', { hubUrl, error: errorFields(error) }),
    },
  );
}

function problemsOf(body: string): readonly RegistrationProblem[] {
  try {
    const { problems } = JSON.parse(body) as { problems?: unknown };
    return Array.isArray(problems) ? (problems as RegistrationProblem[]) : [];
  } catch {
    return [];
  }
}
