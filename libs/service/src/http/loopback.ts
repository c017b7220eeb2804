import { ProblemError } from './problem.ts';

const loopbackHosts = new Set(['127.0.0.1', 'localhost', '::1', '[::1]']);

export const isLoopback = (host: string): boolean => loopbackHosts.has(host) || /^127\.\d+\.\d+\.\d+$/.test(host);

interface Headers {
  readonly host?: string | undefined;
  readonly origin?: string | string[] | undefined;
}

/**
 * Where nobody is asked who they are, a page in this machine's browser must not act in its user's name: the request must be
 * addressed to loopback (no rebound name) and not come from another origin.
 * @throws {ProblemError} 403 FOREIGN_ORIGIN.
 */
export function refuseForeignOrigin({ host, origin }: Headers): void {
  const named = hostOf(`http://${host ?? ''}`);
  const from = typeof origin === 'string' ? hostOf(origin) : undefined;
  if (named !== undefined && isLoopback(named) && (origin === undefined || (from !== undefined && isLoopback(from))))
    return;
  throw new ProblemError({
    status: 403,
    code: 'FOREIGN_ORIGIN',
    detail: 'without authentication only programs on this machine are served',
  });
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}
