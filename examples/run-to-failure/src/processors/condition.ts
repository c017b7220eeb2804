// The processor `condition`: what state a unit is in, and whether it has left its healthy course.
import { processor } from '@windlass/sdk';
import { conditionAlgorithms } from './condition-algorithms.ts';

await processor({ name: 'condition', algorithms: conditionAlgorithms }).start();
