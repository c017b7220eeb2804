import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { algorithm, avro, children, double, remote, runLocal, string, struct, taskFor, values } from '../index.ts';
import { conform } from './conform.ts';

interface Condition {
  readonly level: number;
  readonly mode: string;
  readonly atUs: bigint;
  readonly note: string | null;
  readonly parts: readonly { readonly name: string; readonly wear: number }[];
}

const schema = {
  type: 'record',
  name: 'Condition',
  namespace: 'io.team',
  fields: [
    { name: 'level', type: 'double' },
    { name: 'mode', type: { type: 'enum', name: 'Mode', symbols: ['IDLE', 'RUN'] }, default: 'IDLE' },
    { name: 'atUs', type: { type: 'long', logicalType: 'timestamp-micros' } },
    { name: 'note', type: ['null', 'string'], default: null },
    {
      name: 'parts',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: 'Part',
          fields: [
            { name: 'name', type: 'string' },
            { name: 'wear', type: 'float' },
          ],
        },
      },
      default: [],
    },
  ],
};
const type = avro<any>(schema);
const on = 'cycle@1';

describe('a result of an Avro schema of the team’s own', () => {
  it('is taken as the schema says, with its defaults and whole numbers for longs', () => {
    expect(conform(type, { level: 1, atUs: 5 })).toEqual({ level: 1, mode: 'IDLE', atUs: 5n, note: null, parts: [] });
  });

  it('comes to its dependants as it was given', async () => {
    const value = fc.record({
      level: fc.double(),
      mode: fc.constantFrom('IDLE', 'RUN'),
      atUs: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      note: fc.option(fc.string()),
      parts: fc.array(fc.record({ name: fc.string(), wear: fc.double() }), { maxLength: 3 }),
    });
    const make = (given: Condition) =>
      algorithm({ name: 'make', version: '1', on, result: avro<any>(schema) }, () => given);
    await fc.assert(
      fc.asyncProperty(value, async (given) => {
        const one = make(given as Condition);
        expect((await runLocal(one, taskFor(one))).value).toEqual(given);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    [{ level: 'x', atUs: 1n }, 'result.level is string x, declared is double'],
    [{ level: 1, mode: 'OFF', atUs: 1n }, 'result.mode is string OFF, declared is one of IDLE, RUN'],
    [{ level: 1 }, 'result.atUs is undefined, declared is long'],
    [{ level: 1, atUs: 1.5 }, 'result.atUs is number 1.5, declared is long'],
    [{ level: 1, atUs: 1n, levle: 2 }, 'result.levle is number 2, declared is no such field'],
    [{ level: 1, atUs: 1n, parts: [{ name: 'x' }] }, 'result.parts[0].wear is undefined, declared is float'],
    [3, 'result is number 3, declared is record io.team.Condition'],
  ])('is refused as BAD_RESULT, naming the field: %j', async (given, message) => {
    expect(() => conform(type, given)).toThrow(message);
    const one = algorithm({ name: 'bad', version: '1', on, result: avro<any>(schema) }, () => given as never);
    expect((await runLocal(one, taskFor(one))).error).toMatchObject({ code: 'BAD_RESULT', retryable: false });
  });
});

describe('an input that is read by an Avro schema', () => {
  const reader = {
    type: 'record',
    name: 'Condition',
    namespace: 'io.team',
    fields: [
      { name: 'height', type: 'double', aliases: ['level'] },
      { name: 'unit', type: 'string', default: 'mm' },
    ],
  };

  it('has the fields of its reader: known by an alias, defaults for what the writer lacks, nothing else', async () => {
    const far = remote('far@1', avro<{ height: number; unit: string }>(reader));
    const one = algorithm(
      {
        name: 'one',
        version: '1',
        on,
        needs: { far, all: children(far) },
        result: struct({ sum: double(), text: string() }),
      },
      ({ inputs }) => ({
        sum: inputs.far.height + values(inputs.all).reduce((sum, { height }) => sum + height, 0),
        text: JSON.stringify(inputs.far),
      }),
    );
    const written = { level: 2, atUs: 1n } as never;
    const task = taskFor(one, { inputs: { far: written, all: [written, written] } });
    expect((await runLocal(one, task)).value).toEqual({ sum: 6, text: '{"height":2,"unit":"mm"}' });
  });
});
