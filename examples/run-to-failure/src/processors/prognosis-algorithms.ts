// How long a unit will still live, and what its life amounted to.
import { algorithm, children, parent, previous, remote, same, values, windowType } from '@windlass/sdk';
import type { Deviation } from '../model/deviation.ts';
import { readModel } from '../model/model.ts';
import { rul } from '../model/rul.ts';
import { summary } from '../model/summary.ts';
import { warning } from '../model/warning.ts';
import { rulResult, summaryResult, warningResult } from './result-types.ts';

const model = readModel();
const deviation = remote<Deviation>('deviation@1');

const rulOf = algorithm(
  {
    name: 'rul',
    version: '1',
    on: windowType<{ bornUs: number }>('cycle@1'),
    result: rulResult,
    needs: { current: same(deviation), recent: previous(deviation, 20) },
  },
  ({ window, inputs: { current, recent } }) =>
    rul(
      {
        current,
        previous: values(recent),
        ageSeconds: (window.endUs - window.metadata.bornUs) / 1e6,
        secondsToCycleEnd: (window.endUs - current.atUs) / 1e6,
      },
      model,
    ),
);

const summaryOf = algorithm(
  {
    name: 'summary',
    version: '1',
    on: 'life@1',
    result: summaryResult,
    needs: { deviations: children(deviation), predictions: children(rulOf) },
  },
  ({ window, inputs: { deviations, predictions } }) => {
    const predicted = new Map(predictions.map((input) => [input.windowId, input.value]));
    const cycles = deviations.map(({ windowId, startUs, endUs, value }) => ({
      span: { startUs, endUs },
      deviation: value,
      rul: predicted.get(windowId) ?? null,
    }));
    return summary(window, cycles);
  },
);

const warningOf = algorithm(
  { name: 'warning', version: '1', on: 'degradation@1', result: warningResult, needs: { life: parent(summaryOf) } },
  ({ window, inputs }) => warning(window, inputs.life),
);

export const prognosisAlgorithms = [rulOf, summaryOf, warningOf];
