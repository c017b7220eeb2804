// Long work: tells that it is alive, stops when the hub cancels it, and says which errors are not worth a retry.
import { setImmediate as yieldToEvents } from 'node:timers/promises';
import { algorithm, doubles, NonRetryableError, processor } from '../index.ts'; // in your program: '@windlass/sdk'

const PASSES = 200;

const smooth = algorithm(
  {
    name: 'smooth',
    version: '1',
    on: 'run@1',
    result: doubles('MB'),
    timeoutMs: 10 * 60_000,
    retry: { attempts: 3, backoffMs: 5_000 },
  },
  async ({ signals, progress, signal }) => {
    if (signals.length === 0) throw new NonRetryableError('the window keeps no signals');
    let series = Float64Array.from(signals, ({ values }) => values['heap'] ?? NaN);
    for (let pass = 0; pass < PASSES; pass++) {
      series = series.map((one, i) => (one + (series[i - 1] ?? one) + (series[i + 1] ?? one)) / 3);
      progress();
      await yieldToEvents();
      signal.throwIfAborted();
    }
    return series;
  },
);

await processor({ name: 'long-work', algorithms: [smooth], from: import.meta.url }).start();
