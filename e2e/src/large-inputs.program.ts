/** A parent that joins what is, together, larger than any record: a trace of each of its children. */
import { algorithm, children, doubles, list, processor, type ResultValue } from '@windlass/sdk';
import { DOUBLES, fingerprintOf, LARGEST, traceOf } from './large-inputs.traces.ts';

const trace = algorithm({ name: 'trace', version: '1', on: 'cycle@1', result: doubles() }, ({ window }) =>
  traceOf(window.startUs, DOUBLES),
);
const start = algorithm({ name: 'start', version: '1', on: 'shift@1', result: list() }, ({ window }) => [
  BigInt(window.startUs),
]);
const joined = algorithm(
  { name: 'joined', version: '1', on: 'shift@1', needs: { start, traces: children(trace) }, result: list() },
  ({ inputs }): ResultValue[] => [
    ...(inputs.start as ResultValue[]),
    ...inputs.traces.map(({ value }) => fingerprintOf(value)),
  ],
);

/** Both in one record of results, as large as that may be: with what was made from what their outcomes are larger. */
const whole = algorithm(
  { name: 'whole', version: '1', on: 'shift@1', needs: { traces: children(trace) }, result: doubles() },
  ({ window }) => traceOf(window.startUs, LARGEST),
);
const again = algorithm(
  { name: 'again', version: '1', on: 'shift@1', needs: { whole, traces: children(trace) }, result: doubles() },
  ({ inputs }) => inputs.whole,
);

const algorithms = [trace, start, joined, whole, again];
await processor({ name: 'traces', version: '1', algorithms, from: import.meta.url }).start();
