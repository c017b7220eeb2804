import { describe, expect, it } from '@jest/globals';
import { bindColumns, columnsOf } from './columns.ts';
import { type MappingInput, mappingOf } from './mapping.ts';

const mapping = (input: MappingInput = {}) => mappingOf({ time: { column: 'at' }, source: 'pump-1' }, input);
const bind = (input: MappingInput, columns: string[], ...rows: string[][]) =>
  Object.keys(bindColumns(mapping(input), columns, rows).values);

describe('the columns of a file', () => {
  it('that are values are the numeric ones that are nothing else, if nobody says which', () => {
    const columns = ['', 'at', 'temp', 'note', 'empty', 'n', 'code'];
    expect(
      bind({ count: 'n' }, columns, ['0', '5', '1.5', 'x', '', '1', '7'], ['1', '6', '', '', '', '1', '7a']),
    ).toEqual(['temp']);
    expect(bind({ csv: { missing: ['NA'] } }, ['at', 'temp'], ['5', 'NA'], ['6', '1'])).toEqual(['temp']);
    expect(bind({ values: { code: 'code' } }, columns, [])).toEqual(['code']);
  });

  it('that are missing are all told, with what was meant', () => {
    const bad = () => bindColumns(mapping({ values: { temp: 'tmep' }, id: 'no' }), ['at', 'temp'], []);
    expect(bad).toThrow('id: there is no column "no".');
    expect(bad).toThrow('values.temp: there is no column "tmep". Did you mean "temp"?');
    expect(bad).toThrow('the columns are: at, temp');
  });

  it('hint at another separator, and at a header that is none', () => {
    expect(() => bindColumns(mapping(), ['at;temp'], [])).toThrow('is the separator ";"?');
    expect(() => bindColumns(mapping(), ['2026-01-31', '4.5'], [])).toThrow('is there no header? --no-header');
  });

  it('that are there twice cannot be named', () => {
    expect(() => bindColumns(mapping(), ['at', 'at'], [])).toThrow('the column "at" is there 2 times');
  });

  it('are named by the header, by number, or by who knows better', () => {
    expect(columnsOf([' at ', 'temp'], mapping().csv)).toEqual(['at', 'temp']);
    expect(columnsOf(['5', '6'], mapping({ csv: { header: false } }).csv)).toEqual(['1', '2']);
    expect(columnsOf(['5', '6'], mapping({ csv: { header: false, columns: ['at', 'temp'] } }).csv)).toEqual([
      'at',
      'temp',
    ]);
    expect(() => columnsOf(['5'], mapping({ csv: { columns: ['at', 'temp'] } }).csv)).toThrow(
      '2 columns are named, the first line has 1',
    );
  });

  it('may not be more than a signal holds', () => {
    const columns = Array.from({ length: 65 }, (_, i) => `c${i}`);
    expect(() => bind({}, ['at', ...columns], ['', ...columns.map(() => '1')])).toThrow(
      '65 columns are values, the limit signalValues is 64',
    );
  });
});
