import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { EmbeddedError } from './errors.ts';

/**
 * Below the range from which Linux (32768) and macOS (49152) take the ports of outgoing connections, so that a port
 * stays ours while its server is down between kill and restart.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;
const ATTEMPTS = 200;

/** Distinct ports that are free on loopback now. Another process may still take one before it is used. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  for (let attempt = 0; attempt < ATTEMPTS && ports.size < count; attempt += 1) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    if (await isFree(port)) ports.add(port);
  }
  if (ports.size < count) {
    throw new EmbeddedError(
      'NO_FREE_PORT',
      `found ${ports.size} of ${count} free ports in ${FIRST_PORT}..${LAST_PORT}`,
    );
  }
  return [...ports];
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1' }, () => probe.close(() => resolve(true)));
  });
}
