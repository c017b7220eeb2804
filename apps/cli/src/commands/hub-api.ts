import type { Change, Effect, Hint, Problem, ResolvedRef, Warning } from '@windlass/dag';

/** What applying would do, or did. */
export interface Plan {
  readonly base: number;
  readonly basePolicies: number;
  readonly revision: number;
  readonly changes: readonly Change[];
  readonly warnings: readonly Warning[];
  readonly effects: readonly Effect[];
  readonly problems: readonly Problem[];
  readonly resolved: readonly ResolvedRef[];
  readonly hints: readonly Hint[];
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

/** Where a service of the hub is said to be, and where it is otherwise. */
export interface HubService {
  readonly variable: string;
  readonly url: string;
}

export const DAG_REGISTRY: HubService = { variable: 'WINDLASS_HUB_URL', url: 'http://127.0.0.1:4100' };
export const TRIGGER: HubService = { variable: 'WINDLASS_TRIGGER_URL', url: 'http://127.0.0.1:4101' };
export const ROUTER: HubService = { variable: 'WINDLASS_ROUTER_URL', url: 'http://127.0.0.1:4102' };
export const RESULT_COLLECTOR: HubService = { variable: 'WINDLASS_RESULT_COLLECTOR_URL', url: 'http://127.0.0.1:4103' };

/** What trigger answers to GET. @throws {HubError} as `askHub`. */
export const askTrigger = <T>(path: string): Promise<T> => askHub('GET', path, undefined, TRIGGER);

/**
 * Asks a service, unless said otherwise dag-registry at WINDLASS_HUB_URL (default http://127.0.0.1:4100), with WINDLASS_TOKEN when
 * it is set.
 * @throws {HubError} HUB_UNREACHABLE, or the code that the hub answers.
 */
export async function askHub<T>(
  method: string,
  path: string,
  body?: unknown,
  service: HubService = DAG_REGISTRY,
  headers: Readonly<Record<string, string>> = {},
): Promise<T> {
  const response = await openHub(path, {
    method,
    body,
    headers,
    service,
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  return (await response.json()) as T;
}

export interface HubRequest {
  readonly service: HubService;
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/**
 * The answer of a service before its body is read, for bodies that are long or never end.
 * @throws {HubError} as `askHub`.
 */
export async function openHub(
  path: string,
  { service: { variable, url }, method = 'GET', body, headers, signal }: HubRequest,
): Promise<Response> {
  const hubUrl = (process.env[variable] || url).replace(/\/$/, '');
  const token = process.env['WINDLASS_TOKEN'];
  const response = await fetch(`${hubUrl}${path}`, {
    method,
    headers: {
      ...headers,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  }).catch((cause: unknown) => {
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    throw new HubError('HUB_UNREACHABLE', `${hubUrl} does not answer (${reason}); set ${variable}, or start the hub`);
  });
  if (response.ok) return response;
  throw hubRefusal(response.status, await response.text());
}

/** Asks dag-registry for a change, and says why. @throws {HubError} as `askHub`. */
export const changeHub = <T>(method: string, path: string, body: unknown, why: string | undefined): Promise<T> =>
  askHub<T>(method, path, body, DAG_REGISTRY, why ? { 'windlass-why': encodeURIComponent(why) } : {});

/** What a service says no with: a problem document (RFC 9457), or any other body. */
export function hubRefusal(status: number, text: string): HubError {
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
