import { describe, expect, it } from '@jest/globals';
import type { Algorithm, DagRevision } from '@windlass/dag';
import type { InstanceHeard } from './ports.ts';
import { processorStatuses, withTasks } from './processors.ts';

const NOW_US = 1_000_000_000;
const algorithm = (name: string, windowType: string): Algorithm => ({
  ...{ name, version: '1', owner: 'red', processor: 'health', dependencies: [], result: { type: 'double' }, emits: [] },
  bindings: [{ windowType, on: ['ON_TIME'] }],
  ...{ timeoutMs: 1, maxResultBytes: 1 },
  retry: { attempts: 1, backoffMs: 1, backoffFactor: 1, maxBackoffMs: 1, nonRetryable: [] },
});
const revision: DagRevision = {
  number: 1,
  windowTypes: [],
  processors: [{ name: 'health', version: '1.0.0', owner: 'red', team: 'red' }],
  algorithms: [algorithm('mean', 'cycle@1'), algorithm('rul', 'life@1')],
};
const instance = (more: Partial<InstanceHeard>): InstanceHeard => ({
  ...{ processor: 'health', instance: 'i1', version: '1.0.0', host: 'h', sdk: 's', state: 'RUNNING' },
  ...{ algorithms: ['mean@1'], inFlight: 0, lagRecords: 0, startedAtUs: 0, heardAtUs: NOW_US - 1 },
  ...more,
});
const statuses = (...instances: InstanceHeard[]) =>
  processorStatuses(revision, { instances, watched: [], holds: [] }, { nowUs: NOW_US, silentAfterUs: 30_000_000 });
const missing = (...instances: InstanceHeard[]) => statuses(...instances)[0]!.missing.map((one) => one.algorithm);

describe('an algorithm that nobody has', () => {
  it('is one that is registered and that none of the living instances tells', () => {
    expect(missing(instance({}))).toEqual(['rul@1']);
    expect(missing(instance({}), instance({ instance: 'i2', algorithms: ['rul@1'] }))).toEqual([]);
    const gone = { instance: 'i2', algorithms: ['rul@1'] };
    expect(missing(instance({}), instance({ ...gone, state: 'STOPPED' }))).toEqual(['rul@1']);
    expect(missing(instance({}), instance({ ...gone, heardAtUs: NOW_US - 40_000_000 }))).toEqual(['rul@1']);
  });

  it('is not known while one lives that does not tell what it has, and not said where nobody lives', () => {
    expect(missing(instance({}), instance({ instance: 'i2', algorithms: [] }))).toEqual([]);
    expect(missing()).toEqual([]);
  });

  it('is told with the tasks on its window types', () => {
    const task = (processor: string, windowType: string) => ({ processor, windowType, queued: 2, inFlight: 1 });
    const tasks = [task('health', 'life@1'), task('health', 'cycle@1'), task('other', 'life@1')];
    expect(statuses(instance({}))[0]!.missing).toEqual([{ algorithm: 'rul@1', tasks: null }]);
    expect(withTasks(statuses(instance({})), revision, tasks)[0]!.missing).toEqual([{ algorithm: 'rul@1', tasks: 3 }]);
  });
});
