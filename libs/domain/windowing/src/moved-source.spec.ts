import { describe, expect, it } from '@jest/globals';
import {
  applyEntry,
  emptyRegistryView,
  sourceDescriber,
  type RegistryView,
  type Source,
  type WindowType,
} from '@windlass/dag';
import fc from 'fast-check';
import type { Input } from './input.ts';
import { explainAbsence } from './explain/explain-absence.ts';
import { renderText } from './explain/sentence.ts';
import { compilePlans } from './plan.ts';
import {
  condition,
  contentOf,
  fixed,
  policy,
  sample,
  SECOND,
  session,
  start,
  startStop,
  stop,
  Trigger,
  windowType,
} from './scenario.ts';

const MOVED = 100;

const attributes = (line: string) => ({ kind: 'pump', groups: [line], labels: { line } });

/** On line a, from second 100 on on line b. */
const pump: Source = {
  name: 'pump-1',
  ...attributes('line-a'),
  groups: ['line-b'],
  labels: { line: 'line-b' },
  fromUs: MOVED * SECOND,
  earlier: [attributes('line-a')],
};
const other: Source = { name: 'pump-2', ...attributes('line-a') };

function viewOf(types: readonly WindowType[], sources: readonly Source[], latenessUs = 0): RegistryView {
  const revision = { number: 1, windowTypes: types, processors: [], algorithms: [] };
  return [
    { kind: 'REVISION' as const, name: '1', body: revision as object },
    ...types.map(({ name }) => ({
      kind: 'POLICY' as const,
      name: `${name}@1`,
      body: policy(`${name}@1`, { allowedLatenessUs: latenessUs }),
    })),
    ...sources.map((one) => ({ kind: 'SOURCE' as const, name: one.name, body: one })),
  ].reduce(
    (view, { body, ...entry }) => applyEntry(view, { ...entry, number: 1, body: JSON.stringify(body) }),
    emptyRegistryView,
  );
}

const of = (line: string, open: WindowType['open'], rest: Partial<WindowType> = {}) =>
  windowType(`of-${line}`, open, { for: { groups: [`line-${line}`] }, ...rest });

const both = (open: WindowType['open'], rest: Partial<WindowType> = {}) => [of('a', open, rest), of('b', open, rest)];

function triggerOf(types: readonly WindowType[], latenessUs?: number): Trigger {
  const view = viewOf(types, [pump, other], latenessUs);
  const trigger = new Trigger(compilePlans(view)(pump), pump.name);
  trigger.sourceAt = sourceDescriber(view, pump.name);
  return trigger;
}

const spans = (trigger: Trigger, type: string) =>
  trigger.panes(type).map(({ startUs, endUs, elements }) => [startUs / SECOND, endUs / SECOND, elements]);

describe('a source that moves from one line to another', () => {
  it('belongs to the windows of the line that it was on when they began, each a whole window', () => {
    const trigger = triggerOf(both(fixed(30 * SECOND)));
    trigger.takeEach([0, 50, 95, 105, 119, 121, 149, 160, 200].map((at) => sample(at)));
    expect(spans(trigger, 'of-a')).toEqual([
      [0, 30, 1],
      [30, 60, 1],
      [90, 120, 3],
    ]);
    expect(spans(trigger, 'of-b')).toEqual([
      [120, 150, 2],
      [150, 180, 1],
    ]);
  });

  it("is told in each pane as it was at the window's start", () => {
    const trigger = triggerOf([windowType('all', fixed(60 * SECOND))]);
    trigger.takeEach([10, 70, 110, 130, 200].map((at) => sample(at)));
    expect(trigger.panes().map(({ startUs, source }) => [startUs / SECOND, source?.labels['line']])).toEqual([
      [0, 'line-a'],
      [60, 'line-a'],
      [120, 'line-b'],
    ]);
  });

  it('has between START and STOP a window of the line on which it started', () => {
    const trigger = triggerOf(both(startStop()));
    trigger.takeEach([start(90), sample(95), sample(110), stop(130), start(140), stop(150), sample(300)]);
    expect(spans(trigger, 'of-a')).toEqual([[90, 130, 2]]);
    expect(spans(trigger, 'of-b')).toEqual([[140, 150, 0]]);
  });

  it.each([
    ['fixed', both(fixed(30 * SECOND))],
    ['session', both(session(20 * SECOND))],
    ['startStop', both(startStop())],
    ['condition', both(condition())],
    ['children', [windowType('life', startStop()), ...both(fixed(15 * SECOND), { parent: 'life@1' })]],
  ] as const)('ends in the same windows in any order of arrival: %s', (_, types) => {
    const times = fc.uniqueArray(fc.integer({ min: 40, max: 180 }), { minLength: 1, maxLength: 25 });
    const arrival = times.chain((at) => {
      const samples = at.map((t) => sample(t, { id: `s${t}`, values: { v: t % 3 } }));
      const inputs: Input[] = [
        start(45.5),
        stop(90.5),
        start(95.5),
        stop(115.5),
        start(120.5),
        stop(160.5),
        ...samples,
      ];
      return fc.shuffledSubarray(inputs, { minLength: inputs.length, maxLength: inputs.length });
    });
    fc.assert(
      fc.property(arrival, (inputs) => {
        const inOrder = inputs.toSorted((a, b) => timeOf(a) - timeOf(b));
        const [one, two] = [inOrder, inputs].map((given) =>
          triggerOf(types, 1_000 * SECOND).takeEach([...given, sample(5_000, { id: 'end' })]),
        );
        expect(contentOf(two!)).toEqual(contentOf(one!));
        for (const { windowType: type, startUs, source } of one!.finalPanes().values())
          if (type !== 'life@1') {
            const line = startUs < MOVED * SECOND ? 'a' : 'b';
            expect([type, source?.groups]).toEqual([`of-${line}@1`, [`line-${line}`]]);
          }
      }),
      { numRuns: 60 },
    );
  });
});

const timeOf = (input: Input): number => (input.kind === 'signal' ? input.signal.eventTimeUs : 0);

describe('why there is no window', () => {
  it('of a type that the source was not for when the window would have begun', () => {
    const types = both(fixed(30 * SECOND));
    const trigger = triggerOf(types).takeEach([10, 70, 130, 190].map((at) => sample(at)));
    const { headline } = explainAbsence({
      source: pump,
      isDeclared: true,
      windowTypes: types,
      plan: trigger.plan,
      windowType: 'of-a@1',
      timeUs: 135 * SECOND,
      state: trigger.state,
      histories: new Map(),
      drops: [],
      nowUs: trigger.nowUs,
    });
    expect([headline.code, renderText(headline.template, headline.facts)]).toEqual([
      'TYPE_NOT_FOR_SOURCE',
      'By what it was at 1970-01-01T00:02:00Z: of-a@1 is for the groups line-a; pump-1 is in line-b.',
    ]);
  });
});

describe('windows of groups, one of whose members moves to another', () => {
  const type = windowType('of-line', fixed(30 * SECOND, { scope: 'group' }));
  const view = viewOf([type], [pump, other]);
  const plans = compilePlans(view);
  const make = () => {
    const keys = ['pump-1', 'pump-2', 'line-a', 'line-b'] as const;
    const triggers = Object.fromEntries(
      keys.map((key) => [
        key,
        new Trigger(plans(view.sources.get(key) ?? { name: key, kind: 'unknown', groups: [], labels: {} }), key),
      ]),
    ) as Record<(typeof keys)[number], Trigger>;
    /** What a member tells its groups reaches them at once. */
    const take = (key: 'pump-1' | 'pump-2', input: Input): void => {
      const before = triggers[key].reports.length;
      triggers[key].take(input);
      for (const report of triggers[key].reports.slice(before))
        triggers[report.group as 'line-a' | 'line-b'].take({ kind: 'report', report });
    };
    return { ...triggers, take };
  };

  it('count it where it was when they began, and wait for it no longer than they need it', () => {
    const { take, 'line-a': a, 'line-b': b } = make();
    for (const at of [10, 40, 70, 95, 110, 125, 155, 185]) take('pump-1', sample(at));
    expect(spans(b, 'of-line')).toEqual([
      [120, 150, 1],
      [150, 180, 1],
    ]);
    expect(a.panes()).toEqual([]);
    for (const at of [10, 45, 65, 100, 130, 160, 190]) take('pump-2', sample(at));
    expect(spans(a, 'of-line')).toEqual([
      [0, 30, 2],
      [30, 60, 2],
      [60, 90, 2],
      [90, 120, 3],
      [120, 150, 1],
      [150, 180, 1],
    ]);
  });

  it('wait for a member that has left until it has told what it had, and not for one that has not joined', () => {
    const { take, 'line-a': a } = make();
    take('pump-1', sample(80));
    for (const at of [10, 80, 115, 200]) take('pump-2', sample(at));
    expect(a.panes().at(-1)!.endUs / SECOND).toBe(30);
    take('pump-1', sample(118));
    expect(a.panes().at(-1)!.endUs / SECOND).toBe(90);
    take('pump-1', sample(121));
    expect(spans(a, 'of-line').slice(-1)).toEqual([[90, 120, 2]]);
    take('pump-2', sample(240));
    expect(a.panes().at(-1)!.endUs / SECOND).toBe(210);
  });
});
