import { describe, expect, it } from '@jest/globals';
import { parseDefinitionsText } from './definitions-file.ts';
import { validated } from './maybe-file.ts';
import { allOf, placed } from './validate.ts';

const file = (text: string, path = 'pump.yaml') => parseDefinitionsText(text, path);

const good = file(`
windowTypes:
  - { name: minute, version: 1, reads: [sample], open: { fixed: { size: 1m } } }
`);

describe('windlass validate', () => {
  it('accepts what a hub would accept', () => {
    expect(placed(validated(good, []), good, [])).toEqual([]);
  });

  it('names every problem with its code and its place in the file', () => {
    const bad = file(`
windowTypes:
  - { name: minute, version: 1, reads: [sample], open: { fixed: { size: 1m } }, parent: hour@1 }
  - { name: silent, version: 1, open: { fixed: { size: 1m } } }
`);
    expect(placed(validated(bad, []), bad, []).map(({ code, at }) => [code, at])).toEqual([
      ['NO_SIGNALS', 'pump.yaml:4:5'],
      ['UNKNOWN_WINDOW_TYPE', 'pump.yaml:3:89'],
    ]);
  });

  it('tells which versions ranges stand for, and what newer ones fit', () => {
    const mean = (version: string) =>
      file(`
name: health
version: 1.0.0
algorithms:
  - { name: mean, version: '${version}', windows: ['minute@1'], result: double }
`);
    const reader = file(`
name: prognosis
version: 1.0.0
algorithms:
  - { name: rul, version: 1, windows: ['minute@1'], result: double, dependencies: [{ algorithm: 'mean@^1' }] }
`);
    const registrations = [mean('1.2'), reader, mean('1.4')];
    const path = 'algorithms[rul@1].dependencies[0]';
    expect(allOf(validated(good, registrations), good, registrations)).toMatchObject([
      { code: 'LEFT_OUT', severity: 'warning' },
      { severity: 'resolved', asked: 'mean@^1', ref: 'mean@1.2', path },
      { severity: 'hint', code: 'NEWER_VERSION', names: ['rul@1', 'mean@1.4'], path },
    ]);
  });

  it('checks registrations after the definitions, and says in which file a problem is', () => {
    const algorithm = (on: string) =>
      file(
        `{ name: health, version: 1, algorithms: [{ name: mean, version: 1, windows: ['${on}'], result: double }] }`,
        `${on}.yaml`,
      );
    const registrations = [algorithm('minute@1'), algorithm('hour@1')];
    const problems = placed(validated(good, registrations), good, registrations);
    expect(problems.map(({ code, at }) => [code, at.split(':')[0]])).toContainEqual([
      'UNKNOWN_WINDOW_TYPE',
      'hour@1.yaml',
    ]);
    expect(problems.every(({ at }) => at.startsWith('hour@1.yaml'))).toBe(true);
  });
});
