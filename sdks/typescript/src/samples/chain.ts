// Algorithms that feed each other: one task runs the whole chain in one worker thread.
import { algorithm, double, previous, processor, struct, values, windowType } from '../index.ts'; // in your program: '@windlass/sdk'

const cycle = windowType<{ load: number }>('cycle@1');

const indicator = algorithm(
  { name: 'indicator', version: '1', on: cycle, result: double('MB/s') },
  ({ signals, window }) => {
    const [first, last] = [signals.at(0)!, signals.at(-1)!];
    const seconds = (last.eventTimeUs - first.eventTimeUs) / 1e6;
    return (last.values['heap']! - first.values['heap']!) / seconds / Math.max(1, window.metadata.load);
  },
);

const deviation = algorithm(
  {
    name: 'deviation',
    version: '1',
    on: cycle,
    needs: { indicator, recent: previous(indicator, 20) },
    result: struct({ score: double(), usual: double('MB/s') }),
  },
  ({ inputs }) => {
    const recent = values(inputs.recent);
    const usual = recent.reduce((sum, one) => sum + one, 0) / Math.max(1, recent.length);
    return { score: inputs.indicator - usual, usual };
  },
);

await processor({ name: 'condition', algorithms: [indicator, deviation], from: import.meta.url }).start();
