// A member of the counting stage as a process of its own, for tests that kill it. What it shall do comes as JSON in COUNTING.
import { flushCompileCache } from 'node:module';
import type { StagePoint } from '@windlass/messaging';
import { startCounting, type CountingPlace } from './counting-stage.ts';

interface Orders {
  readonly place: CountingPlace;
  /** Ends itself with SIGKILL when it has reached this point so many times. */
  readonly killAt?: { readonly point: StagePoint; readonly times: number };
  /** Tells its parent when it reaches this point for so many times, and goes on. */
  readonly tellAt?: { readonly point: StagePoint; readonly times: number };
}

// By itself Node writes it at an exit in order, which few of these have.
flushCompileCache();

const { place, killAt, tellAt } = JSON.parse(process.env['COUNTING']!) as Orders;
const reached = new Map<StagePoint, number>();

const { stop } = await startCounting(place, {
  probe: {
    reached: (point) => {
      const times = (reached.get(point) ?? 0) + 1;
      reached.set(point, times);
      if (killAt?.point === point && killAt.times === times) process.kill(process.pid, 'SIGKILL');
      if (tellAt?.point === point && tellAt.times === times) process.send?.(point);
    },
  },
  log: {
    debug: () => undefined,
    info: () => undefined,
    warn: (fields, message) => console.error('warn', message, fields),
    error: (fields, message) => console.error('error', message, fields),
  },
});
process.send?.('started');
process.on('SIGTERM', () => void stop().then(() => process.exit(0)));
