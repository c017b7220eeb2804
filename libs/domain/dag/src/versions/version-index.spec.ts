import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import semver from 'semver';
import { isSameRef } from './version.ts';
import { VersionIndex } from './version-index.ts';

const index = new VersionIndex([
  'indicator@1',
  'indicator@1.2',
  'indicator@1.4.0',
  'indicator@1.10.0',
  'indicator@2.0.0',
  'indicator@3.0.0-rc.1',
  'indicators@1.99.0',
]);

describe('an index of versions', () => {
  it.each([
    ['indicator@1', 'indicator@1'],
    ['indicator@1.0.0', 'indicator@1'],
    ['indicator@1.2.0', 'indicator@1.2'],
    ['indicator@2', 'indicator@2.0.0'],
    ['indicator@^1.2', 'indicator@1.10.0'],
    ['indicator@1.x', 'indicator@1.10.0'],
    ['indicator@~1.4', 'indicator@1.4.0'],
    ['indicator@>=1 <1.4', 'indicator@1.2'],
    ['indicator@*', 'indicator@2.0.0'],
    ['indicator@^3.0.0-rc.0', 'indicator@3.0.0-rc.1'],
    ['indicator@1.3', undefined],
    ['indicator@^4', undefined],
    ['other@*', undefined],
  ])('resolves %s to %s', (asked, ref) => {
    expect(index.resolve(asked)).toBe(ref);
  });

  it('takes the highest version that fits, in whatever order they are given', () => {
    const version = fc.tuple(fc.nat(3), fc.nat(12), fc.nat(3)).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(
        fc.uniqueArray(version, { minLength: 1 }),
        fc.constantFrom('^1', '1.x', '~2.1', '>=1.2 <3', '*'),
        (versions, range) => {
          const fits = semver.maxSatisfying(versions, range);
          const refs = versions.map((one) => `a@${one}`);
          const expected = fits === null ? undefined : `a@${fits}`;
          expect(new VersionIndex(refs).resolve(`a@${range}`)).toBe(expected);
          expect(new VersionIndex([...refs].reverse()).resolve(`a@${range}`)).toBe(expected);
        },
      ),
    );
  });

  it('that others were added to is one that was made of all, and what it was made from stays as it was', () => {
    const ref = fc
      .tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '1.0.0', '1.2', '1.2.3', '2.0.0-rc.1', '2'))
      .map((parts) => parts.join('@'));
    const asked = ['a', 'b', 'c'].flatMap((name) => ['1', '1.2.0', '^1', '*', '2.0.0'].map((one) => `${name}@${one}`));
    const told = (of: VersionIndex) => [
      [...of.refs()].sort(),
      ...asked.map((one) => [of.resolve(one), of.writtenOtherwise(one), of.isOnly(one)]),
      ...['a', 'b', 'c'].map((name) => of.refsOf(name)),
    ];
    fc.assert(
      fc.property(fc.array(ref), fc.array(ref), (first, more) => {
        const before = new VersionIndex(first);
        const asItWas = told(before);
        expect(told(before.with(more))).toEqual(told(new VersionIndex([...first, ...more])));
        expect(told(before)).toEqual(asItWas);
      }),
    );
  });
});

it.each([
  ['a@1', 'a@1.0.0', true],
  ['a@1.2', 'a@1.2.0', true],
  ['a@1.0.0-rc.1', 'a@1.0.0', false],
  ['a@1', 'b@1', false],
  ['a@^1', 'a@1', false],
  ['a@1.0.0-01', 'a@1.0.0-02', false],
])('%s and %s name one version: %s', (a, b, same) => {
  expect([isSameRef(a, b), isSameRef(b, a), isSameRef(a, a)]).toEqual([same, same, true]);
});
