import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a processor is doing; it takes tasks while it is `running`. */
export type SpokeState = 'starting' | 'running' | 'draining';

export interface HealthServer {
  readonly port: number;
  close(): void;
}

/**
 * For whoever watches over processes. `/healthz` answers 200: the process answers; `/readyz` 200 while it takes tasks, else 503; both
 * with `{ "ok": …, "state": … }`. @throws when the address cannot be listened on.
 */
export async function serveHealth(
  { host, port }: { readonly host: string; readonly port: number },
  state: () => SpokeState,
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    const now = state();
    const answer = (status: number, ok: boolean) =>
      response
        .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
        .end(JSON.stringify({ ok, state: now }));
    if (path === '/healthz') answer(200, true);
    else if (path === '/readyz') answer(now === 'running' ? 200 : 503, now === 'running');
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  // It must not keep a process alive that has nothing else to do.
  server.unref();
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
