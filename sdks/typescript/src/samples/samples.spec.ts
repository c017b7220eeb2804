import { afterEach, describe, expect, it } from '@jest/globals';
import { encodeRecord, fromValue, schemaOf, type Task } from '@windlass/contracts';
import { AnswerCodec } from '../execution/answer.ts';
import { algorithm, nothing, previous, remote, taskFor } from '../index.ts';
import { silentLogger } from '../log.ts';
import { WorkerPool } from '../pool/worker-pool.ts';

const named = (name: string, needs = {}) =>
  algorithm({ name, version: '1', on: 'run@1', result: nothing(), needs }, () => {});
const series = (channel: string, ...values: number[]) =>
  values.map((value, second) => ({ eventTimeUs: second * 1_000_000, values: { [channel]: value } }));

describe('samples, in a worker thread as they would run', () => {
  let pool: WorkerPool | undefined;
  afterEach(() => pool?.close());

  const run = async (sample: string, processor: string, task: Task) => {
    const identity = { processor, processorVersion: '1', instance: 'test' };
    const moduleUrl = new URL(`./${sample}.ts`, import.meta.url).href;
    pool = await WorkerPool.start({
      size: 1,
      moduleUrl,
      identity,
      resultSchemaId: 1,
      resultCollector: { url: undefined, token: undefined },
      log: silentLogger,
      onProgress: () => {},
    });
    pool.addSchema(1, JSON.stringify(schemaOf('windows')));
    const outcome = await pool.run({ id: 1, value: encodeRecord('windows', 1, task) });
    if (outcome.kind !== 'answered') throw new Error(outcome.message);
    const { items } = new AnswerCodec(identity, 1).decode(outcome.record);
    return items.map(({ error, result, emissions }) => ({ error, value: result && fromValue(result), emissions }));
  };

  it('hello: the mean of a channel', async () => {
    const task = taskFor(named('mean'), { signals: series('heap', 1, 2, 6) });
    expect(await run('hello', 'hello', task)).toEqual([{ error: null, value: 3, emissions: [] }]);
  });

  it('chain: an indicator and how far it is from its usual', async () => {
    const algorithms = [named('indicator'), named('deviation', { recent: previous(remote('indicator@1'), 20) })];
    const signals = series('heap', 10, 20, 30);
    const task = taskFor(algorithms, { signals, inputs: { recent: [2, 4] }, window: { metadata: { load: 2 } } });
    const results = await run('chain', 'condition', task);
    expect(results.map(({ value }) => value)).toEqual([5, { score: 2, usual: 3 }]);
  });

  it('child-windows: a window for each stretch above the level', async () => {
    const task = taskFor(named('peaks'), { signals: series('load', 10, 90, 95, 20, 85, 5) });
    const [result] = await run('child-windows', 'peaks', task);
    expect(result!.emissions.map(({ startUs, endUs, metadata }) => [startUs, endUs, metadata])).toEqual([
      [1_000_000, 3_000_000, { height: 95 }],
      [4_000_000, 5_000_000, { height: 85 }],
    ]);
  });

  it('long-work: an array, and an error that is not retried', async () => {
    const [smooth] = await run(
      'long-work',
      'long-work',
      taskFor(named('smooth'), { signals: series('heap', 3, 3, 3) }),
    );
    expect(smooth!.value).toEqual(Float64Array.of(3, 3, 3));
    await pool?.close();
    const [empty] = await run('long-work', 'long-work', taskFor(named('smooth')));
    expect(empty!.error).toMatchObject({ class: 'NonRetryableError', retryable: false });
  });
});
