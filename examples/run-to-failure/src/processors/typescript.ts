// The processor `typescript`: the algorithms that ALGORITHMS names, comma separated; others are run by programs of other languages.
import { processor } from '@windlass/sdk';
import { conditionAlgorithms } from './condition-algorithms.ts';
import { prognosisAlgorithms } from './prognosis-algorithms.ts';

const wanted = (process.env['ALGORITHMS'] ?? '').split(',');

await processor({
  name: 'typescript',
  algorithms: [...conditionAlgorithms, ...prognosisAlgorithms].filter(({ name }) => wanted.includes(name)),
}).start();
