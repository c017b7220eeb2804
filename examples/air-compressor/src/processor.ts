// The processor `air-compressor`: how hard the compressor works, and whether that is more than usual.
import {
  algorithm,
  boolean,
  children,
  double,
  NonRetryableError,
  optional,
  previous,
  processor,
  same,
  struct,
  values,
} from '@windlass/sdk';
import type { ResultType } from '@windlass/sdk';
import { day, type Day } from './model/day.ts';
import { duty, type Duty, type Sample } from './model/duty.ts';
import { leak, type Leak, USUAL_HOURS } from './model/leak.ts';

const share = double('1');
const count = double('1');

const dutyResult: ResultType<Duty> = struct({
  coverage: share,
  loadShare: share,
  starts: count,
  lowPressureShare: share,
  lowestBar: double('bar'),
  motorAmpsUnderLoad: optional(double('A')),
  highestOilCelsius: double('Cel'),
});
const leakResult: ResultType<Leak> = struct({ usual: optional(share), score: optional(double('1')), alarm: boolean() });
const dayResult: ResultType<Day> = struct({
  hours: count,
  alarmedHours: count,
  loadShare: optional(share),
  starts: count,
});

const dutyOf = algorithm({ name: 'duty', version: '1', on: 'hour@1', result: dutyResult }, ({ signals, window }) => {
  const samples = signals.map(
    ({ eventTimeUs, values: measured }) => ({ atUs: eventTimeUs, ...measured }) as unknown as Sample,
  );
  const found = duty(samples, window);
  if (found === null) throw new NonRetryableError('the hour holds no two samples within a minute of each other');
  return found;
});

const leakOf = algorithm(
  {
    name: 'leak',
    version: '1',
    on: 'hour@1',
    result: leakResult,
    needs: { current: same(dutyOf), before: previous(dutyOf, USUAL_HOURS) },
  },
  ({ inputs }) => leak(inputs.current, values(inputs.before)),
);

const dayOf = algorithm(
  {
    name: 'day',
    version: '1',
    on: 'day@1',
    result: dayResult,
    needs: { duties: children(dutyOf), leaks: children(leakOf) },
  },
  ({ inputs }) => day(values(inputs.duties), values(inputs.leaks)),
);

await processor({ name: 'air-compressor', algorithms: [dutyOf, leakOf, dayOf] }).start();
