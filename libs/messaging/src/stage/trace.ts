import { randomBytes } from 'node:crypto';

const poolBytes = 8 * 1024;
let pool = '';
let at = 0;

/** So many random bytes in hex; drawn from a pool, because each call of the generator costs more than a message. */
function randomHex(bytes: number): string {
  const digits = bytes * 2;
  if (at + digits > pool.length) {
    pool = randomBytes(poolBytes).toString('hex');
    at = 0;
  }
  at += digits;
  return pool.slice(at - digits, at);
}

const traceParent = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/;

/** W3C trace context of the next hop: the same trace with a span of its own; a new, sampled trace when there is none. */
export function nextTraceParent(parent: string | undefined): string {
  const match = parent === undefined ? null : traceParent.exec(parent);
  return match ? `00-${match[1]}-${randomHex(8)}-${match[2]}` : `00-${randomHex(16)}-${randomHex(8)}-01`;
}
