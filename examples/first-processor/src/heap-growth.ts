import { algorithm, double } from '@windlass/sdk';

/** Bytes by which the heap grows for each request that is answered; what collections free is left out. NaN: no request. */
export const heapGrowth = algorithm(
  { name: 'heap-growth', version: '1', on: 'cycle@1', result: double('By') },
  ({ signals }) => {
    let grownBytes = 0;
    let requests = 0;
    for (const [index, { eventTimeUs, values }] of signals.entries()) {
      const before = signals[index - 1];
      if (!before) continue;
      grownBytes += Math.max(0, values['heapUsedBytes']! - before.values['heapUsedBytes']!);
      requests += ((values['requestsPerSecond'] ?? 0) * (eventTimeUs - before.eventTimeUs)) / 1e6;
    }
    return requests > 0 ? grownBytes / requests : NaN;
  },
);
