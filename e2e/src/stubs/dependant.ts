// A processor of another team: it knows `health` and the window types by their stubs alone.
import { algorithm, double, nothing, parent, previous, processor, same, string, values } from '@windlass/sdk';
import { condition, deviation, indicator, inOrder, samples } from './windlass/health.ts';
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

/** By a schema of the team's own: fields are found by name, and have their own types. */
export const grade = algorithm(
  { name: 'grade', version: '1', on: run, needs: { condition }, result: string() },
  ({ inputs: { condition: found } }) =>
    `${found.grade} ${found.hours ?? 'new'} ${found.trend[0]?.toFixed(1)} ${Object.values(found.parts).some(({ worn }) => worn)}`,
);

export const dependant = processor({
  name: 'wear',
  team: 'other',
  algorithms: [wear, busy, grade],
  from: import.meta.url,
});
