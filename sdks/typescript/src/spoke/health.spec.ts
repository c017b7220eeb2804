import { afterEach, describe, expect, it } from '@jest/globals';
import { serveHealth, type HealthServer, type SpokeState } from './health.ts';

describe('the health of a processor', () => {
  let server: HealthServer | undefined;
  afterEach(() => server?.close());

  it('is told over HTTP: it answers, and whether it takes tasks', async () => {
    let state: SpokeState = 'starting';
    server = await serveHealth({ host: '127.0.0.1', port: 0 }, () => state);
    const ask = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${server!.port}${path}`);
      return { status: response.status, body: await response.text() };
    };
    expect(await ask('/healthz')).toEqual({ status: 200, body: '{"ok":true,"state":"starting"}' });
    expect(await ask('/readyz')).toEqual({ status: 503, body: '{"ok":false,"state":"starting"}' });
    state = 'running';
    expect(await ask('/readyz?verbose')).toEqual({ status: 200, body: '{"ok":true,"state":"running"}' });
    state = 'draining';
    expect((await ask('/readyz')).status).toBe(503);
    expect((await ask('/healthz')).status).toBe(200);
    expect((await ask('/metrics')).status).toBe(404);
  });

  it('cannot be told where another program listens', async () => {
    server = await serveHealth({ host: '127.0.0.1', port: 0 }, () => 'running');
    await expect(serveHealth({ host: '127.0.0.1', port: server.port }, () => 'running')).rejects.toThrow('EADDRINUSE');
  });
});
