// What state a unit is in, and whether it has left its healthy course.
import { algorithm, parent, previous, same, values } from '@windlass/sdk';
import { baseline } from '../model/baseline.ts';
import { deviation } from '../model/deviation.ts';
import { indicator } from '../model/indicator.ts';
import { readModel } from '../model/model.ts';
import { probationCheck } from '../model/probation-check.ts';
import { baselineResult, deviationResult, indicatorResult, probationResult } from './result-types.ts';
import { present, samplesOf } from './samples.ts';

const { detector } = readModel();

const indicatorOf = algorithm(
  { name: 'indicator', version: '1', on: 'cycle@1', result: indicatorResult },
  ({ signals }) => present(indicator(samplesOf(signals))),
);

const deviationOf = algorithm(
  {
    name: 'deviation',
    version: '1',
    on: 'cycle@1',
    result: deviationResult,
    needs: { current: same(indicatorOf), recent: previous(indicatorOf, 20) },
  },
  ({ inputs }) => deviation(inputs.current, values(inputs.recent), detector),
);

const baselineOf = algorithm(
  { name: 'baseline', version: '1', on: 'run-in@1', result: baselineResult },
  ({ signals }) => present(baseline(samplesOf(signals))),
);

const probationOf = algorithm(
  { name: 'probation', version: '1', on: 'probation@1', result: probationResult, needs: { usual: parent(baselineOf) } },
  ({ signals, inputs }) => present(probationCheck(samplesOf(signals), inputs.usual)),
);

export const conditionAlgorithms = [indicatorOf, deviationOf, baselineOf, probationOf];
