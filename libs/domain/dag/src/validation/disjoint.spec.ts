import { describe, expect, it } from '@jest/globals';
import { after, algorithm, define, defined, problemsOf, refusal } from '../registry.fixture.ts';

const grid = (name: string, size: string, more: object) => ({
  name,
  version: 1,
  reads: ['x'],
  open: { fixed: { size } },
  ...more,
});

describe('windows of other sources', () => {
  it('refuses windows that nothing can be in or open, because they are of other sources', () => {
    const nobodys = { cron: { expression: '0 * * * *', scope: 'global' } };
    const outcome = define({
      windowTypes: [
        grid('outer', '1h', { for: { kind: 'car', labels: { site: 'north' } } }),
        grid('middle', '1m', { parent: 'outer@1' }),
        grid('inner', '1s', { parent: 'middle@1', for: { kind: 'pump', labels: { site: 'south' } } }),
        grid('hour', '1h', { open: nobodys }),
        grid('in-nobodys', '1m', { parent: 'hour@1' }),
        grid('nobodys-in', '1m', { parent: 'outer@1', open: nobodys }),
      ],
    });
    expect(problemsOf(outcome)).toMatchObject([
      { code: 'DISJOINT_SOURCES', path: 'windowTypes[2].for.kind', chain: ['inner@1', 'middle@1', 'outer@1'] },
      { code: 'DISJOINT_SOURCES', path: 'windowTypes[2].for.labels.site' },
      { code: 'DISJOINT_SOURCES', path: 'windowTypes[4].parent', chain: ['in-nobodys@1', 'hour@1'] },
      { code: 'DISJOINT_SOURCES', path: 'windowTypes[5].parent', chain: ['nobodys-in@1', 'outer@1'] },
    ]);
  });

  it('refuses windows opened by results of other sources only, and takes those that some open', () => {
    const found = (name: string, more: object = {}) => ({
      name,
      version: 1,
      open: { outcome: { algorithm: 'finder@1', when: 'result > 1.0', until: '1m', once: 'never' as const } },
      ...more,
    });
    const state = defined(
      [
        grid('car', '1m', { for: { kind: 'car' } }),
        grid('fleet', '1m', { open: { fixed: { size: '1m', scope: 'group' } } }),
        grid('all', '1m', { open: { cron: { expression: '0 * * * *', scope: 'global' } } }),
        found('of-pumps', { for: { kind: 'pump' } }),
        found('of-any'),
      ],
      { processors: [{ name: 'health', algorithms: ['finder@1'] }] },
    );
    const bound = (...windows: string[]) =>
      refusal([algorithm('finder', { windows })], state).map(({ code, path }) => [code, path]);
    const ofPumps = ['DISJOINT_SOURCES', 'windowTypes[of-pumps@1].open.outcome.algorithm'];
    expect(bound('car@1')).toEqual([ofPumps]);
    expect(bound('fleet@1')).toEqual([ofPumps]);
    expect(bound('all@1')).toEqual([['DISJOINT_SOURCES', 'windowTypes[of-any@1].open.outcome.algorithm'], ofPumps]);
    const pump = after(define({ windowTypes: [grid('pump', '1m', { for: { kind: 'pump' } })] }, state), state);
    expect(refusal([algorithm('finder', { windows: ['car@1', 'pump@1'] })], pump)).toEqual([]);
  });
});
