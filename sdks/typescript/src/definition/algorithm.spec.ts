import { describe, expect, it } from '@jest/globals';
import {
  algorithm,
  boolean,
  bytes,
  children,
  double,
  doubles,
  list,
  long,
  members,
  nothing,
  optional,
  parent,
  previous,
  processor,
  registrationOf,
  remote,
  same,
  string,
  struct,
  windowType,
  type Input,
} from '../index.ts';

/** Compiles only when both types are the same. */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const sameType = <A, B>(_proof: Equal<A, B>): void => {};

const cycle = windowType<{ load: number }>('cycle@1');
const indicator = algorithm({ name: 'indicator', version: '1', on: cycle, result: double('MB/s') }, ({ window }) => {
  sameType<typeof window.metadata, { load: number }>(true);
  return window.metadata.load;
});
const shape = algorithm(
  { name: 'shape', version: '1', on: 'cycle@1', result: struct({ mean: double('%'), label: string(), ok: boolean() }) },
  () => ({ mean: 1, label: 'x', ok: true }),
);

describe('types of an algorithm', () => {
  it('give each input the type of its dependency', () => {
    algorithm(
      {
        name: 'all',
        version: '1',
        on: 'cycle@1',
        needs: {
          indicator,
          shape,
          maybe: same(indicator, { onMissing: 'runWithout' }),
          sure: same(indicator, { onMissing: 'skip' }),
          base: parent(shape),
          recent: previous(indicator, 20),
          hour: previous(indicator, '1h'),
          final: same(indicator, { onProvisional: 'wait', waitMs: 5, afterWait: 'accept' }),
          fleet: members(indicator),
          kids: children(remote<string>('other@2')),
        },
        result: nothing(),
      },
      ({ inputs }) => {
        sameType<typeof inputs.indicator, number>(true);
        sameType<typeof inputs.shape, { readonly mean: number; readonly label: string; readonly ok: boolean }>(true);
        sameType<typeof inputs.maybe, number | undefined>(true);
        sameType<typeof inputs.sure, number>(true);
        sameType<typeof inputs.base, typeof inputs.shape>(true);
        sameType<typeof inputs.recent, readonly Input<number>[]>(true);
        sameType<typeof inputs.hour, readonly Input<number>[]>(true);
        sameType<typeof inputs.final, number | undefined>(true);
        sameType<typeof inputs.fleet, readonly Input<number>[]>(true);
        sameType<typeof inputs.kids, readonly Input<string>[]>(true);
      },
    );
  });

  it('refuse a handler that returns something else', () => {
    const on = 'cycle@1';
    // @ts-expect-error a string is no double
    algorithm({ name: 'a', version: '1', on, result: double() }, () => 'x');
    // @ts-expect-error a number is no 64-bit integer
    algorithm({ name: 'a', version: '1', on, result: long() }, () => 1);
    // @ts-expect-error a field is missing
    algorithm({ name: 'a', version: '1', on, result: struct({ x: double() }) }, () => ({}));
    algorithm({ name: 'a', version: '1', on, result: doubles() }, () => new Float64Array(2));
    algorithm({ name: 'a', version: '1', on, result: bytes() }, async () => new Uint8Array(2));
    algorithm({ name: 'a', version: '1', on, result: list<string>() }, () => ['a']);
    expect(indicator.result.unit).toBe('MB/s');
  });
});

describe('registration', () => {
  it('tells the hub what is declared, and leaves its defaults to it', () => {
    const deviation = algorithm(
      {
        name: 'deviation',
        version: '2',
        on: [{ windowType: cycle, timing: ['ON_TIME', 'FINAL'], minCompleteness: 0.5 }, 'life@1'],
        needs: {
          indicator,
          recent: previous(indicator, 20, { onRevision: 'keep', waitMs: 500 }),
          hour: previous(remote<number>('far@1'), '1h'),
        },
        result: double(),
        emits: [windowType('degradation@1')],
        timeoutMs: 2_000,
        scheduleToCloseMs: 60_000,
        retry: { attempts: 5, backoffMs: 100, jitter: 0.2, nonRetryable: ['TypeError'], retryable: ['TIMEOUT'] },
      },
      () => 0,
    );
    const condition = processor({ name: 'condition', algorithms: [indicator, deviation], from: import.meta.url });
    expect(JSON.parse(JSON.stringify(registrationOf(condition)))).toEqual({
      name: 'condition',
      version: '1',
      team: 'default',
      algorithms: [
        {
          name: 'indicator',
          version: '1',
          windows: [{ windowType: 'cycle@1', on: ['ON_TIME', 'LATE'] }],
          dependencies: [],
          result: { type: 'double', unit: 'MB/s' },
          emits: [],
        },
        {
          name: 'deviation',
          version: '2',
          windows: [
            { windowType: 'cycle@1', on: ['ON_TIME', 'FINAL'], minCompleteness: 0.5 },
            { windowType: 'life@1', on: ['ON_TIME', 'LATE'] },
          ],
          dependencies: [
            { algorithm: 'indicator@1', relation: 'same', reads: { type: 'double', unit: 'MB/s' } },
            {
              algorithm: 'indicator@1',
              relation: { previous: 20 },
              reads: { type: 'double', unit: 'MB/s' },
              onRevision: 'keep',
              wait: '500ms',
            },
            { algorithm: 'far@1', relation: { previous: '3600000000us' } },
          ],
          result: { type: 'double' },
          emits: ['degradation@1'],
          timeout: '2000ms',
          scheduleToClose: '60000ms',
          retry: { attempts: 5, backoff: '100ms', jitter: 0.2, nonRetryable: ['TypeError'], retryable: ['TIMEOUT'] },
        },
      ],
    });
  });

  it('tells which previous windows are meant, and what is wished of an input', () => {
    const far = remote<number>('far@^1.2');
    const needs = {
      older: previous(far, { count: 20, gap: 1, within: '1d' }),
      before: previous(far, { duration: '1h', gap: '10m' }),
      fleet: members(far, { minCompleteness: 0.9, onIncomplete: 'wait', waitMs: 500, afterWait: 'accept' }),
    };
    const one = algorithm({ name: 'one', version: '1', on: cycle, needs, result: nothing() }, () => {});
    const [registered] = JSON.parse(
      JSON.stringify(registrationOf(processor({ name: 'p', algorithms: [one], from: import.meta.url })).algorithms),
    );
    expect(registered.dependencies).toEqual([
      { algorithm: 'far@^1.2', relation: { previous: { count: 20, gap: 1, within: '86400000000us' } } },
      { algorithm: 'far@^1.2', relation: { previous: { duration: '3600000000us', gap: '600000000us' } } },
      {
        algorithm: 'far@^1.2',
        relation: 'members',
        minCompleteness: 0.9,
        onIncomplete: 'wait',
        wait: '500ms',
        afterWait: 'accept',
      },
    ]);
  });

  it('tells which fields may be null', () => {
    const result = struct({ level: optional(double('mm')), label: string() });
    const level = algorithm({ name: 'level', version: '1', on: 'cycle@1', result }, () => ({ level: null, label: '' }));
    const { algorithms } = registrationOf(processor({ name: 'p', algorithms: [level], from: import.meta.url }));
    expect(algorithms[0]!.result).toEqual({
      type: 'struct',
      fields: { level: { type: 'double', unit: 'mm', optional: true }, label: { type: 'string' } },
    });
  });

  it('refuses a result that may be null as a whole, which the hub would not take', () => {
    const declare = () =>
      algorithm({ name: 'maybe', version: '1', on: 'cycle@1', result: optional(double()) }, () => null);
    expect(declare).toThrow(/maybe@1: a result as a whole is never null/);
  });

  it('refuses bad names, nothing to run, and the same algorithm twice', () => {
    const from = import.meta.url;
    expect(() => processor({ name: 'Bad Name', algorithms: [indicator], from })).toThrow(/processor "Bad Name"/);
    expect(() => processor({ name: 'p', algorithms: [], from })).toThrow(/holds no algorithms/);
    expect(() => processor({ name: 'p', algorithms: [indicator, indicator], from })).toThrow(/indicator@1 twice/);
    expect(() => previous(indicator, '10 minutes' as never)).toThrow(/is not a duration/);
    expect(() => remote('indicator')).toThrow(/name@version/);
  });
});
