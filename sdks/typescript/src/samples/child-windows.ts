// An algorithm that finds windows: each stretch above a level becomes a window of its own, on which others run.
import { algorithm, nothing, processor, windowType } from '../index.ts'; // in your program: '@windlass/sdk'

const LEVEL = 80;
const peak = windowType<{ height: number }>('peak@1');

const peaks = algorithm(
  { name: 'peaks', version: '1', on: 'run@1', result: nothing(), emits: [peak] },
  ({ signals, emit }) => {
    let inside: { startUs: number; height: number } | undefined;
    for (const { eventTimeUs, values } of signals) {
      const height = values['load'] ?? 0;
      if (height > LEVEL)
        inside = { startUs: inside?.startUs ?? eventTimeUs, height: Math.max(inside?.height ?? 0, height) };
      else if (inside) {
        emit({ windowType: peak, startUs: inside.startUs, endUs: eventTimeUs, metadata: { height: inside.height } });
        inside = undefined;
      }
    }
  },
);

await processor({ name: 'peaks', algorithms: [peaks], from: import.meta.url }).start();
