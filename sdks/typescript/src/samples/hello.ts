// The smallest processor: the mean of one channel over each window.
import { algorithm, double, processor } from '../index.ts'; // in your program: '@windlass/sdk'

const mean = algorithm({ name: 'mean', version: '1', on: 'cycle@1', result: double('MB') }, ({ signals }) => {
  const heap = signals.map(({ values }) => values['heap'] ?? NaN);
  return heap.reduce((sum, one) => sum + one, 0) / heap.length;
});

await processor({ name: 'hello', algorithms: [mean], from: import.meta.url }).start();
