// The processor `prognosis`: how long a unit will still live, and what its life amounted to.
import { processor } from '@windlass/sdk';
import { prognosisAlgorithms } from './prognosis-algorithms.ts';

await processor({ name: 'prognosis', algorithms: prognosisAlgorithms }).start();
