import type { Change, Problem } from '@windlass/dag';

/** What applying would do, or did. */
export interface Plan {
  readonly base: number;
  readonly revision: number;
  readonly changes: readonly Change[];
  readonly problems: readonly Problem[];
}

/** The hub refused, or could not be reached. */
export class HubError extends Error {
  readonly code: string;
  readonly problems: readonly Problem[];

  constructor(code: string, message: string, problems: readonly Problem[] = []) {
    super(message);
    this.code = code;
    this.problems = problems;
  }
}

const REQUEST_TIMEOUT_MS = 60_000;

const services = {
  'dag-registry': { variable: 'WINDLASS_HUB_URL', port: 4100 },
  trigger: { variable: 'WINDLASS_TRIGGER_URL', port: 4101 },
  'result-collector': { variable: 'WINDLASS_RESULT_COLLECTOR_URL', port: 4103 },
} as const;

/**
 * Asks dag-registry at WINDLASS_HUB_URL (default http://127.0.0.1:4100), with WINDLASS_TOKEN when it is set.
 * @throws {HubError} HUB_UNREACHABLE, or the code that the hub answers.
 */
export const askHub = <T>(method: string, path: string, body?: unknown): Promise<T> =>
  askService<T>('dag-registry', { method, path, body });

/** Asks one of the hub's services, at the address that its variable says, or else on its default port of this machine. */
export async function askService<T>(
  service: keyof typeof services,
  { method = 'GET', path, body }: { readonly method?: string; readonly path: string; readonly body?: unknown },
): Promise<T> {
  const { variable, port } = services[service];
  const url = (process.env[variable] || `http://127.0.0.1:${port}`).replace(/\/$/, '');
  const token = process.env['WINDLASS_TOKEN'];
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  }).catch((cause: unknown) => {
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    throw new HubError(
      'HUB_UNREACHABLE',
      `${service} does not answer at ${url} (${reason}); set ${variable}, or start the hub`,
    );
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as T;
  throw refusal(response.status, text);
}

function refusal(status: number, text: string): HubError {
  try {
    const { code, detail, problems } = JSON.parse(text) as {
      code: string;
      detail: string;
      problems?: readonly Problem[];
    };
    return new HubError(code, detail, problems);
  } catch {
    return new HubError('BAD_ANSWER', `HTTP ${status}: ${text.slice(0, 500)}`);
  }
}
