// The hub over HTTP, as far as this program needs it: what any program of yours would do.
import { setTimeout as delay } from 'node:timers/promises';
import { plainResult } from './result-json.ts';
import type { ResultJson } from './result-json.ts';

/** Where each service listens. */
export type HubUrls = Readonly<Record<'dag-registry' | 'trigger' | 'router' | 'result-collector', string>>;

/** One run of an algorithm on one window, as the store knows it. Times are microseconds UTC. */
export interface StoredResult {
  readonly executionId: string;
  readonly windowId: string;
  readonly key: string;
  readonly startUs: number;
  readonly endUs: number;
  readonly revision: number;
  readonly isFinal: boolean;
  readonly run: number;
  readonly state: 'SUCCEEDED' | 'FAILED' | 'SKIPPED' | 'CANCELLED';
  /** Why it did not succeed. */
  readonly reason: { readonly code: string; readonly message: string } | null;
  readonly value: unknown;
  readonly knownAtUs: number;
}

export interface ResultQuery {
  /** `name@version`. */
  readonly algorithm: string;
  readonly source?: string;
  /** Only windows that start then or later. */
  readonly fromUs?: number;
  /** Default latest: the newest run of each window. */
  readonly revisions?: 'latest' | 'all';
}

export interface ProcessorStatus {
  readonly name: string;
  readonly algorithms: readonly string[];
  readonly state: 'ALIVE' | 'SILENT';
}

export interface Change {
  readonly name: string;
  readonly action: 'added' | 'changed' | 'removed';
}

/** The hub said no; repeating does not help. The message holds every problem it named. */
export class HubRefusal extends Error {
  readonly retryable = false;
  readonly status: number;

  constructor(request: string, status: number, body: string) {
    super(`${request}: HTTP ${status}: ${problemText(body)}`);
    this.name = 'HubRefusal';
    this.status = status;
  }
}

const PAGE = 1_000;
const REQUEST_TIMEOUT_MS = 60_000;
const ATTEMPTS = 20;
const BETWEEN_ATTEMPTS_MS = 500;

export class HubApi {
  readonly #urls: HubUrls;

  constructor(urls: HubUrls) {
    this.#urls = urls;
  }

  /** Applies a definitions file that was read as YAML. Applying the same again changes nothing. @throws HubRefusal. */
  async applyDefinitions(definitions: unknown): Promise<readonly Change[]> {
    const url = `${this.#urls['dag-registry']}/v1/definitions`;
    return (await this.#request<{ changes: Change[] }>(url, 'PUT', definitions)).changes;
  }

  async processors(): Promise<readonly ProcessorStatus[]> {
    const url = `${this.#urls['dag-registry']}/v1/processors`;
    return (await this.#request<{ processors: ProcessorStatus[] }>(url)).processors;
  }

  /** Whether the services that act on the DAG have the live revision: what is sent from then on meets all algorithms. */
  async isRevisionEverywhere(): Promise<boolean> {
    const { number } = await this.#request<{ number: number }>(`${this.#urls['dag-registry']}/v1/dag`);
    const readiness = await Promise.all(
      (['trigger', 'router'] as const).map((name) => this.#request<Readiness>(`${this.#urls[name]}/readyz`)),
    );
    return readiness.every(({ checks }) =>
      Object.values(checks).some(({ detail }) => detail?.endsWith(`revision ${number}`)),
    );
  }

  /** Runs that ended, of all windows, by algorithm; reruns counted. */
  async outcomes(): Promise<ReadonlyMap<string, number>> {
    const url = `${this.#urls['result-collector']}/v1/summary`;
    const { algorithms } = await this.#request<{ algorithms: { algorithm: string; count: number }[] }>(url);
    const counts = new Map<string, number>();
    for (const { algorithm, count } of algorithms) counts.set(algorithm, (counts.get(algorithm) ?? 0) + count);
    return counts;
  }

  /** All that match, in order of window start. */
  async results({ algorithm, source, fromUs, revisions = 'latest' }: ResultQuery): Promise<StoredResult[]> {
    const found: StoredResult[] = [];
    const query = new URLSearchParams({ algorithm, revisions, limit: String(PAGE) });
    if (source !== undefined) query.set('source', source);
    if (fromUs !== undefined) query.set('from', String(fromUs));
    for (let cursor: string | null = ''; cursor !== null;) {
      if (cursor) query.set('cursor', cursor);
      const url = `${this.#urls['result-collector']}/v1/results?${query}`;
      const page: ResultsPage = await this.#request(url);
      found.push(...page.results.map(({ result, ...rest }) => ({ ...rest, value: result && plainResult(result) })));
      cursor = page.nextCursor;
    }
    return found;
  }

  /** Repeats while the service is away: all requests of this class may be sent twice. */
  async #request<T>(url: string, method: 'GET' | 'PUT' = 'GET', body?: unknown): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        const response = await fetch(url, {
          method,
          signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
          ...(body !== undefined && {
            body: JSON.stringify(body),
            headers: { 'content-type': 'application/json' },
          }),
        });
        const text = await response.text();
        if (response.ok) return JSON.parse(text) as T;
        if (response.status < 500) throw new HubRefusal(`${method} ${url}`, response.status, text);
        throw new Error(`${method} ${url}: HTTP ${response.status}: ${text}`);
      } catch (error) {
        if (error instanceof HubRefusal || attempt === ATTEMPTS) throw error;
        await delay(BETWEEN_ATTEMPTS_MS);
      }
    }
  }
}

interface Readiness {
  readonly checks: Readonly<Record<string, { readonly detail?: string }>>;
}

interface ResultsPage {
  readonly results: readonly (Omit<StoredResult, 'value'> & { readonly result: ResultJson | null })[];
  readonly nextCursor: string | null;
}

/** Problem details (RFC 9457) as lines; any other body as it is. */
function problemText(body: string): string {
  try {
    const {
      detail,
      title,
      problems = [],
    } = JSON.parse(body) as {
      detail?: string;
      title?: string;
      problems?: { code: string; path: string; message: string }[];
    };
    return [detail ?? title ?? body, ...problems.map((one) => `  ${one.code} at ${one.path}: ${one.message}`)].join(
      '\n',
    );
  } catch {
    return body;
  }
}
