/** A parent that joins what is, together, larger than any record: a trace of each of its children. */
import { algorithm, children, doubles, list, processor, type ResultValue } from '@windlass/sdk';
import { DOUBLES, fingerprintOf, traceOf } from './large-inputs.traces.ts';

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

await processor({ name: 'traces', version: '1', algorithms: [trace, start, joined], from: import.meta.url }).start();
