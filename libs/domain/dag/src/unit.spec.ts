import { describe, expect, it } from '@jest/globals';
import { conversionText, isConvertibleUnit, isSameUnit, unitProblem } from './unit.ts';

describe('units', () => {
  it.each(['bar', 'Cel', '[degF]', '%', 'kW.h', 'm/s2', '/min', 'rad/s', 'Hz', 'dB', '[iU]', '1', 'mm[Hg]', '{count}'])(
    'of UCUM: %s',
    (code) => expect(unitProblem(code)).toBeNull(),
  );

  it.each([
    ['celsius', 'Did you mean "Cel"?'],
    ['bars', 'is no UCUM unit'],
    ['', 'is no UCUM unit'],
    ['°C', 'is no UCUM unit'],
    ['m'.repeat(51), 'the limit is 50'],
  ])('not of UCUM: %s', (code, message) => expect(unitProblem(code)).toContain(message));

  it.each([
    ['Cel', 'Cel'],
    ['L', 'l'],
    ['m/s', 'm.s-1'],
    ['J/s', 'W'],
    ['10*5.Pa', 'bar'],
    ['60.min', 'h'],
    ['not a unit', 'not a unit'],
  ])('are the same: %s and %s', (a, b) => expect([isSameUnit(a, b), isSameUnit(b, a)]).toEqual([true, true]));

  it.each([
    ['bar', 'Pa', true],
    ['Cel', 'K', true],
    ['Cel', '[degF]', true],
    ['%', '1', true],
    ['[iU]', '1', false],
    ['dB', '1', false],
    ['bar', 'm', false],
    ['bar', 'not a unit', false],
  ])('are not the same: %s and %s; convertible: %s', (a, b, convertible) => {
    expect([isSameUnit(a, b), isSameUnit(b, a)]).toEqual([false, false]);
    expect([isConvertibleUnit(a, b), isConvertibleUnit(b, a)]).toEqual([convertible, convertible]);
  });

  it('are told how they convert', () => {
    expect(conversionText('bar', 'kPa')).toBe('1 bar = 100 kPa');
    expect(conversionText('Cel', '[degF]')).toBe('Cel can be converted to [degF]');
    expect(conversionText('bar', 'm')).toBe('');
  });
});
