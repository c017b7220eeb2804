// A processor of another team: it knows `health` and the window types by their stubs alone.
import { algorithm, double, nothing, parent, previous, processor, same, values } from '@windlass/sdk';
import { deviation, indicator, inOrder, samples } from './windlass/health.ts';
import { minute, peak, run } from './windlass/window-types.ts';

export const wear = algorithm(
  {
    name: 'wear',
    version: '1',
    on: minute,
    needs: { now: indicator, before: previous(indicator, 3), course: same(deviation), fit: parent(inOrder) },
    result: double('1'),
  },
  ({ window, inputs: { now, before, course, fit } }) => {
    const usual = values(before).reduce((sum, one) => sum + one, 0) / Math.max(1, before.length);
    return fit ? ((now - usual) / course.usual) * (window.metadata.load / 100) : Number(course.span['from-us']);
  },
);

export const busy = algorithm(
  { name: 'busy', version: '1', on: run, needs: { samples: same(samples) }, result: nothing(), emits: [peak] },
  ({ window: { startUs, endUs }, emit }) => emit({ windowType: peak, startUs, endUs, metadata: { height: 2 } }),
);

export const dependant = processor({ name: 'wear', team: 'other', algorithms: [wear, busy], from: import.meta.url });
