import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Source, SourceAttributes } from '../model.ts';
import { MAX_SOURCE_VERSIONS, sourceAt, stretchesOf, versionsOf } from '../source.ts';
import { changedSource } from './source-change.ts';

const on = (line: string): SourceAttributes => ({ kind: 'pump', groups: [line], labels: {} });

const change = (before: Source | undefined, line: string, fromUs: number | null, nowUs = 0): Source =>
  changedSource(before, { name: 'pump-1', attributes: on(line), fromUs, rest: { owner: 'blue' } }, nowUs);

const lineAt = (source: Source, timeUs: number): string => sourceAt(source, timeUs).groups[0]!;

describe('a source over time', () => {
  it('has always been what it was first declared as', () => {
    const source = change(undefined, 'a', 100);
    expect(source).toEqual({ name: 'pump-1', kind: 'pump', groups: ['a'], labels: {}, owner: 'blue' });
    expect(lineAt(source, -1_000)).toBe('a');
  });

  it('is what it was until it changes, and nothing else from then on', () => {
    const moved = change(change(undefined, 'a', null), 'b', null, 50);
    expect([lineAt(moved, 49), lineAt(moved, 50)]).toEqual(['a', 'b']);
    expect(moved.earlier).toEqual([on('a')]);
    const again = change(moved, 'c', 20);
    expect([lineAt(again, 19), lineAt(again, 20), lineAt(again, 60)]).toEqual(['a', 'c', 'c']);
    expect(change(again, 'd', -Infinity)).toEqual({ name: 'pump-1', ...on('d'), owner: 'blue' });
  });

  it('does not change when it is told again, whatever is to come', () => {
    const planned = change(change(undefined, 'a', null), 'b', 100, 10);
    expect(change(planned, 'a', null, 20)).toEqual(planned);
    expect(change(planned, 'b', 100, 200)).toEqual(planned);
    expect(change(planned, 'b', null, 200)).toEqual(planned);
    expect(versionsOf(change(planned, 'a', 50))).toHaveLength(1);
  });

  it('is remembered by its newest versions: the oldest of them stands for all before', () => {
    let source = change(undefined, 'v-0', null);
    for (let i = 1; i < 40; i++) source = change(source, `v-${i}`, i * 10);
    expect(versionsOf(source)).toHaveLength(MAX_SOURCE_VERSIONS);
    expect(lineAt(source, 395)).toBe('v-39');
    expect(lineAt(source, 250)).toBe('v-25');
    expect(lineAt(source, 0)).toBe(`v-${40 - MAX_SOURCE_VERSIONS}`);
  });

  it('is at each time what was last said of it from then or before: a law of any changes', () => {
    const changes = fc.array(fc.record({ line: fc.constantFrom('a', 'b', 'c'), at: fc.integer({ min: 1, max: 60 }) }), {
      maxLength: MAX_SOURCE_VERSIONS - 1,
    });
    fc.assert(
      fc.property(changes, (list) => {
        let source = change(undefined, 'a', null);
        const model: string[] = Array.from({ length: 70 }, () => 'a');
        for (const { line, at } of list) {
          source = change(source, line, at);
          model.fill(line, at);
        }
        expect(model.map((_, t) => lineAt(source, t))).toEqual(model);
        const stretches = stretchesOf(source, ({ groups }) => groups.includes('b'));
        expect(model.map((_, t) => stretches === null || stretches.some((s) => s.fromUs <= t && t < s.toUs))).toEqual(
          model.map((line) => line === 'b'),
        );
        const known = versionsOf(source);
        expect(known.every((one, i) => i === 0 || one.fromUs! > (known[i - 1]!.fromUs ?? -Infinity))).toBe(true);
      }),
    );
  });
});
