import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bindColumns } from './columns.ts';
import { type MappingInput, mappingOf } from './mapping.ts';
import { rowReader, type SignalJson } from './signal-row.ts';

const reader = (input: MappingInput, columns: readonly string[]) =>
  rowReader(bindColumns(mappingOf({ time: { column: 'at' }, source: 'pump-1', ...input }), columns, []));

const columns = ['at', 'temp', 'state', 'load'];
const at = '2026-01-31T12:00:00.000001Z';

const signalOf = (input: MappingInput, cells: readonly string[], row = 1, names = columns): SignalJson => {
  const result = reader(input, names)(cells, row);
  if ('problems' in result) throw new Error(result.problems.join('; '));
  return result.signal;
};
const problemsOf = (input: MappingInput, cells: readonly string[], names = columns): readonly string[] => {
  const result = reader(input, names)(cells, 1);
  return 'problems' in result ? result.problems : [];
};

describe('a row as a signal', () => {
  it('holds what the mapping takes from its columns', () => {
    const mapping: MappingInput = {
      source: { column: 'machine' },
      name: { column: 'what' },
      values: { degrees: 'temp', pressure: 'bar' },
      id: 'no',
      phase: { column: 'what', is: { run: 'START', halt: 'STOP' } },
      correlation: 'batch',
      count: 'n',
      metadata: {
        batch: { column: 'batch' },
        load: { column: 'load', type: 'number' },
        hot: { column: 'hot', type: 'boolean' },
      },
      csv: { decimal: ',', missing: ['-'] },
    };
    const names = ['at', 'machine', 'what', 'temp', 'bar', 'no', 'batch', 'n', 'load', 'hot'];
    expect(signalOf(mapping, [at, ' m 1 ', 'run', '4,5', '-', '7', '007', '3', '1,5', 'True'], 1, names)).toEqual({
      source: 'm 1',
      id: '7',
      name: 'run',
      eventTime: 1_769_860_800_000_001,
      phase: 'START',
      values: { degrees: 4.5 },
      count: 3,
      correlation: '007',
      metadata: { batch: '007', load: 1.5, hot: true },
    });
  });

  it('is told with everything that is wrong with it', () => {
    expect(problemsOf({ values: { temp: 'temp', load: 'load' } }, ['today', '4,5', 'x', 'nan'])).toEqual([
      expect.stringContaining('at: "today" is no ISO 8601 time'),
      'temp: "4,5" is no number; with decimal commas: --decimal ,',
      'load: "nan" is no number; JSON carries none such; to leave it out: --missing nan',
    ]);
    expect(problemsOf({}, [at, '1'])).toEqual(['2 cells, the header has 4']);
    expect(problemsOf({ values: { temp: 'temp' } }, [at, '1e999', '', ''])).toEqual([
      expect.stringContaining('"1e999" is no number'),
    ]);
    expect(problemsOf({ source: { column: 'state' } }, [at, '1', '', ''])).toEqual(['source: is empty']);
    expect(problemsOf({ name: { column: 'state' } }, [at, '1', 'Run!', ''])).toEqual([
      expect.stringContaining('"Run!" is no name of a signal'),
    ]);
    expect(problemsOf({ phase: { column: 'state' } }, [at, '1', 'on', ''])).toEqual([
      expect.stringContaining('state: "on" is no phase'),
    ]);
    expect(problemsOf({ phase: { column: 'state', is: { off: 'STOP' } } }, [at, '1', 'on', ''])).toEqual([
      'state: "on" is none of "off"',
    ]);
    expect(problemsOf({ metadata: { state: { column: 'state' } } }, [at, '1', 'caf\ufffd', ''])).toEqual([
      'state: "caf\ufffd" is not UTF-8; --encoding latin1?',
    ]);
    expect(problemsOf({ id: 'state' }, [at, '1', '', ''])).toEqual(['state: is empty']);
    expect(problemsOf({ count: 'load' }, [at, '1', '', '0'])).toEqual([
      expect.stringContaining('load: "0" is no count of samples'),
    ]);
  });

  it('has an id that only its content decides: not the order of its columns, nor how numbers are written', () => {
    const values = { temp: 'temp', load: 'load' };
    const id = signalOf({ values }, [at, '1.0', 'x', '2'], 1).id;
    expect(
      signalOf({ values: { load: 'load', temp: 'temp' } }, ['2', 'other', at, '1'], 9, ['load', 'state', 'at', 'temp'])
        .id,
    ).toBe(id);
    expect(id).toMatch(/^[0-9a-f]{32}$/);
  });

  it('has another id when anything differs that is sent', () => {
    const cell = fc.record({ temp: fc.integer(), load: fc.integer(), state: fc.constantFrom('a', 'b'), ms: fc.nat(9) });
    const mapping: MappingInput = { values: { temp: 'temp', load: 'load' }, metadata: { state: { column: 'state' } } };
    const read = reader(mapping, columns);
    const idOf = ({ temp, load, state, ms }: { temp: number; load: number; state: string; ms: number }) =>
      (read([`2026-01-31T12:00:00.00${ms}Z`, String(temp), state, String(load)], 1) as { signal: SignalJson }).signal
        .id;
    fc.assert(
      fc.property(
        cell,
        cell,
        (one, other) => (idOf(one) === idOf(other)) === (JSON.stringify(one) === JSON.stringify(other)),
      ),
    );
  });

  it('has an id of its own among rows of the same content when each counts', () => {
    const cells = [at, '1', 'x', '2'];
    expect(signalOf({}, cells, 1).id).toBe(signalOf({}, cells, 2).id);
    expect(signalOf({ identicalRows: 'each' }, cells, 1).id).not.toBe(signalOf({ identicalRows: 'each' }, cells, 2).id);
    expect(signalOf({ identicalRows: 'each' }, cells, 2).id).toBe(signalOf({ identicalRows: 'each' }, cells, 2).id);
  });
});
