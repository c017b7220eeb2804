import { describe, expect, it } from '@jest/globals';
import type { Opening } from '@windlass/dag';
import type { Input } from '../input.ts';
import { emptySource } from '../state.ts';
import {
  fixed,
  planOf,
  point,
  policy,
  sample,
  SECOND,
  session,
  signal,
  start,
  startStop,
  stop,
  Trigger,
  watermark,
  windowType,
  type Definitions,
} from '../scenario.ts';
import { absence, codesOf, sourceOf, textOf } from './explain.fixture.ts';

const trigger = (definitions: Definitions): Trigger => new Trigger(planOf(definitions));
const grid = windowType('w', fixed(10 * SECOND));
const life = windowType('life', startStop({ maxDurationUs: 100 * SECOND }));
const cycle = windowType('cycle', fixed(10 * SECOND, { align: 'parent' }), { parent: 'life@1' });
const lateness = (name: string, seconds = 1_000) => policy(`${name}@1`, { allowedLatenessUs: seconds * SECOND });

describe('why there is no window: what makes one impossible', () => {
  const one = trigger({ types: [grid] }).take(sample(3));

  it('the type is not registered', () => {
    const { headline } = absence(one, 'ww@1', 3);
    expect(textOf(headline)).toBe('The live DAG revision 7 has no window type ww@1. Did you mean "w@1"?');
    expect(headline.todo).toContain('GET /v1/dag');
  });

  it.each([
    [{ kind: 'pump' }, {}, 'kind', 'w@1 is for sources of kind pump; unit-1 is of kind unit.'],
    [{ groups: ['a', 'b'] }, { groups: ['c'] }, 'groups', 'w@1 is for the groups a, b; unit-1 is in c.'],
    [{ labels: { site: 'x' } }, {}, 'labels', 'w@1 is for sources with the label site = x; unit-1 has no such label.'],
  ])('the selector %j leaves the source out', (selector, source, part, text) => {
    const windowTypes = [{ ...grid, for: selector }];
    const { headline } = absence(one, 'w@1', 3, { windowTypes, plan: planOf({ types: [] }), source: sourceOf(source) });
    expect([headline.code, headline.facts['part']]).toEqual(['TYPE_NOT_FOR_SOURCE', part]);
    expect(textOf(headline)).toBe(text);
  });

  it('nobody has declared the source', () => {
    const windowTypes = [{ ...grid, for: { kind: 'pump' } }];
    const { headline } = absence(one, 'w@1', 3, { windowTypes, plan: planOf({ types: [] }), isDeclared: false });
    expect(textOf(headline)).toContain('Nobody has declared the source.');
    expect(headline.todo).toContain('PUT /v1/sources');
  });

  it('the type that it lies in leaves the source out', () => {
    const windowTypes = [{ ...life, for: { kind: 'pump' } }, cycle];
    const { headline } = absence(one, 'cycle@1', 3, { windowTypes, plan: planOf({ types: [] }) });
    expect(headline.code).toBe('PARENT_TYPE_NOT_FOR_SOURCE');
    expect(textOf(headline)).toContain('cycle@1 lies in life@1');
  });

  it('its windows belong to no source', () => {
    const open: Opening = { kind: 'cron', expression: '0 * * * *', zone: 'UTC', scope: 'global' };
    const windowTypes = [windowType('hour', open)];
    expect(absence(one, 'hour@1', 3, { windowTypes }).headline.code).toBe('TYPE_IS_GLOBAL');
    const global = { source: sourceOf({ name: 'global' }), plan: planOf({ types: [] }, 'global') };
    expect(absence(one, 'w@1', 3, global).headline.code).toBe('TYPE_IS_NOT_GLOBAL');
  });

  it('nothing has come from the source', () => {
    expect(absence(one, 'w@1', 3, { state: null }).headline.code).toBe('SOURCE_UNSEEN');
    const unread = trigger({ types: [grid] }).take(signal('smaple', 1));
    const { headline } = absence(unread, 'w@1', 3);
    expect(headline.code).toBe('NOTHING_READ');
    expect(textOf(headline)).toContain('names that no window type read: smaple.');
  });
});

describe('why there is no window: there was, or is', () => {
  it('names the window that is there', () => {
    const one = trigger({ types: [grid] }).take(sample(3));
    const { headline } = absence(one, 'w@1', 5);
    expect([headline.code, textOf(headline)]).toEqual([
      'WINDOW_EXISTS',
      expect.stringMatching(/^There is one: window [0-9a-f]{32}, from 0 to 10\.$/),
    ]);
  });

  it('names the window that is over', () => {
    const one = trigger({ types: [grid] }).takeEach([sample(3), sample(50)]);
    expect(absence(one, 'w@1', 5).headline.code).toBe('WINDOW_WAS');
  });

  it('names the session that took it in', () => {
    const one = trigger({
      types: [windowType('s', session(10 * SECOND))],
      policies: [policy('s@1', { outOfOrdernessUs: 100 * SECOND })],
    });
    one.takeEach([sample(0), sample(15), sample(8), stop(0)]);
    const [heir] = one.state.types.get('s@1')!.windows;
    expect(absence(one, 's@1', 20).headline).toMatchObject({ code: 'WINDOW_EXISTS', facts: { windowId: heir!.id } });
    expect(codesOf(absence(one, 's@1', 20).now)).toEqual(['WINDOW_EXISTS', 'WINDOW_MERGED']);
  });

  it('tells that the window held that time once, until its STOP came', () => {
    const one = trigger({ types: [life], policies: [lateness('life')] }).takeEach([start(0), sample(50), stop(40)]);
    expect(codesOf(absence(one, 'life@1', 45).now)).toContain('WINDOW_CUT');
  });

  it('tells that it was withdrawn', () => {
    const one = trigger({ types: [life], policies: [lateness('life')] });
    const restart = windowType('life', startStop({ maxDurationUs: 100 * SECOND, onSecondStart: 'ignore' }));
    one.plan = planOf({ types: [restart], policies: [lateness('life')] });
    one.takeEach([start(50), sample(60), stop(70), start(20)]);
    const { now } = absence(one, 'life@1', 69);
    expect(codesOf(now)).toEqual(['WINDOW_EXISTS', 'WINDOW_WITHDRAWN']);
  });
});

describe('why there is no window: the data', () => {
  const one = trigger({ types: [grid] }).takeEach([sample(100), sample(145)]);

  it.each([
    [50, 'BEFORE_FIRST_DATA', 'That is before the first event of unit-1 that is known, at 100.'],
    [999, 'AFTER_LAST_DATA', 'Nothing of that time has come yet: the newest event of unit-1 is at 145.'],
    [
      125,
      'NO_SIGNAL_NEAR',
      'No sample came with an event time from 120 to 130; the one before is at 100, the one after at 145.',
    ],
  ])('at %d: %s', (at, code, text) => {
    const { headline } = absence(one, 'w@1', at);
    expect([headline.code, textOf(headline)]).toEqual([code, text]);
  });

  it('names what the source sends and nobody reads', () => {
    const misspelt = trigger({ types: [grid] }).takeEach([sample(100), signal('smaple', 125), sample(145)]);
    expect(textOf(absence(misspelt, 'w@1', 125).headline)).toContain(
      'what no window type reads: smaple (meant to be sample?).',
    );
  });

  it('says which times are final', () => {
    expect(codesOf(absence(one, 'w@1', 125).now)).toEqual(['NO_SIGNAL_NEAR', 'TIME_IS_FINAL']);
  });

  it('says that nothing is remembered, where that is so', () => {
    const dense = trigger({ types: [grid], policies: [policy('w@1', { allowedLatenessUs: 1_000 * SECOND })] });
    dense.take(sample(100), ...Array.from({ length: 2_000 }, (_, i) => sample(145 + i / 100))).take(sample(1));
    expect(codesOf(absence(dense, 'w@1', 125).now)).toEqual(['NOT_REMEMBERED']);
    expect(absence(dense, 'w@1', 125).headline.todo).toContain('signals topic');
  });

  it.each([
    ['it was late', policy('w@1'), sample(25, { id: 'x' }), 'LATE'],
    [
      'it was too far ahead',
      policy('w@1', { maxAheadUs: 60 * SECOND }),
      sample(2_000_000, { id: 'x' }),
      'TOO_FAR_AHEAD',
    ],
    [
      'its id was used before',
      policy('w@1', { allowedLatenessUs: 999 * SECOND }),
      sample(25, { id: 'first' }),
      'ID_REUSED',
    ],
  ])('%s', (_, rule, dropped, code) => {
    const late = trigger({ types: [grid], policies: [rule] }).takeEach([
      sample(5),
      sample(100, { id: 'first' }),
      dropped,
    ]);
    const { now, drops } = absence(late, 'w@1', code === 'TOO_FAR_AHEAD' ? 2_000_000 : 25);
    expect(now.find((reason) => reason.code === 'RECORDS_DROPPED')!.facts['dropCode']).toBe(code);
    expect(codesOf(drops)).toEqual([code]);
    expect(drops[0]!.todo).toBeTruthy();
  });

  it('its metadata was missing', () => {
    const typed = { ...grid, metadata: { load: { type: 'double' as const, required: true } } };
    const lacking = trigger({ types: [typed] }).take(sample(5));
    const { headline, drops } = absence(lacking, 'w@1', 5);
    expect([headline.code, headline.facts['dropCode']]).toEqual(['RECORDS_DROPPED', 'METADATA_MISSING']);
    expect(textOf(drops[0]!)).toContain('needs the metadata field load');
  });
});

describe('why there is no window: its kind', () => {
  it('no parent at that time, and why', () => {
    const one = trigger({ types: [life, cycle], policies: [lateness('life'), lateness('cycle')] });
    one.takeEach([start(10), sample(15), stop(20), sample(30), sample(60)]);
    expect(codesOf(absence(one, 'cycle@1', 30).now)).toEqual(['NO_PARENT', 'WINDOW_CUT']);
    const never = trigger({ types: [life, cycle], policies: [lateness('life'), lateness('cycle')] }).takeEach([
      sample(1),
      sample(5),
      sample(9),
    ]);
    expect(codesOf(absence(never, 'cycle@1', 5).now)).toEqual(['NO_PARENT', 'NO_START']);
  });

  it('no signal in a parent that is over', () => {
    const one = trigger({ types: [life, cycle], policies: [policy('life@1'), policy('cycle@1')] });
    one.takeEach([start(10), sample(15), sample(45), stop(60), sample(90)]);
    expect(one.state.types.get('life@1')!.windows).toEqual([]);
    expect(codesOf(absence(one, 'cycle@1', 35).now)).toEqual(['NO_SIGNAL_NEAR', 'TIME_IS_FINAL']);
    expect(absence(one, 'cycle@1', 35).headline.facts).toMatchObject({ fromUs: 30 * SECOND, toUs: 40 * SECOND });
  });

  it('a part that is left out', () => {
    const whole = windowType('cycle', fixed(10 * SECOND, { align: 'parent', partial: 'drop' }), { parent: 'life@1' });
    const one = trigger({ types: [life, whole], policies: [lateness('life'), lateness('cycle')] });
    one.takeEach([start(0), sample(15), sample(22), stop(25), sample(30)]);
    expect(textOf(absence(one, 'cycle@1', 22).headline)).toContain(
      'from 20 to 30: it was withdrawn, outside its parent.',
    );
    expect(codesOf(absence(one, 'cycle@1', 22, { histories: new Map() }).now)).toEqual(['LEFT_OUT']);
  });

  it.each([
    ['no START', [sample(1), sample(90)], 50, 'NO_START'],
    ['a STOP that waits for its START', [sample(1), stop(60), sample(60)], 50, 'STOP_WITHOUT_START'],
    ['a STOP before', [start(1), stop(20), sample(90)], 50, 'ENDED_BY_STOP'],
    ['maxDuration', [start(1), sample(300)], 200, 'ENDED_BY_TIME'],
    ['a START after', [sample(1), start(60), sample(90)], 50, 'NEXT_START'],
  ])('START and STOP: %s', (_, inputs, at, code) => {
    const one = trigger({ types: [life], policies: [lateness('life')] }).takeEach(inputs);
    expect(codesOf(absence(one, 'life@1', at, { histories: new Map() }).now)).toContain(code);
  });

  it('a STOP without START that was dropped', () => {
    const one = trigger({ types: [life], policies: [lateness('life')] }).takeEach([sample(1), stop(60), sample(90)]);
    const { now, drops } = absence(one, 'life@1', 50);
    expect(codesOf(now)).toEqual(['RECORDS_DROPPED', 'STOP_WITHOUT_START']);
    expect(codesOf(drops)).toEqual(['STOP_WITHOUT_START']);
  });

  it('no POINT near', () => {
    const around = windowType('around', point(3 * SECOND, 2 * SECOND));
    const one = trigger({ types: [around], policies: [lateness('around')] });
    one.takeEach([signal('alarm', 10), sample(40), signal('alarm', 90)]);
    const { headline } = absence(one, 'around@1', 40);
    expect(textOf(headline)).toContain('No POINT alarm from 38 to 43 is remembered');
    expect(textOf(headline)).toContain('the one before is at 10, the one after at 90.');
  });

  it('no element within the gap of a session', () => {
    const one = trigger({ types: [windowType('s', session(5 * SECOND))], policies: [lateness('s')] });
    one.takeEach([sample(0), sample(40)]);
    expect(textOf(absence(one, 's@1', 20).headline)).toContain('event time from 15 to 20');
  });

  it('a schedule that has not come so far, or brings no metadata', () => {
    const open: Opening = { kind: 'cron', expression: '* * * * *', zone: 'UTC', scope: 'source' };
    const minutes = windowType('minute', open);
    const one = trigger({ types: [minutes, grid], policies: [lateness('minute')] }).takeEach([sample(1_000)]);
    expect(codesOf(absence(one, 'minute@1', 500).now)).toEqual(['BEFORE_FIRST_DATA', 'BEFORE_SCHEDULE']);
    expect(codesOf(absence(one, 'minute@1', 5_000).now)).toEqual(['AFTER_LAST_DATA', 'SCHEDULE_NOT_REACHED']);
    const typed = { ...minutes, metadata: { load: { type: 'double' as const, required: true } } };
    const lacking = trigger({ types: [typed] }).takeEach([sample(1_000), sample(2_000)]);
    expect(codesOf(absence(lacking, 'minute@1', 1_500).now)).toContain('SCHEDULE_LACKS_METADATA');
  });

  it('no result that meets the condition; nobody who emits', () => {
    const open: Opening = {
      kind: 'outcome',
      algorithm: 'a@1',
      when: 'result > 0.5',
      from: 'start',
      until: { durationUs: SECOND },
      once: 'never',
    };
    const types = [windowType('d', open), windowType('e', { kind: 'emission' })];
    const one = trigger({ types, policies: [lateness('d'), lateness('e')] }).takeEach([
      sample(0),
      sample(50),
      watermark(1),
    ]);
    expect(textOf(absence(one, 'd@1', 20).headline)).toBe(
      'No result of a@1 on windows of this source that are remembered meets result > 0.5.',
    );
    expect(absence(one, 'e@1', 20).headline.code).toBe('NOT_EMITTED');
  });

  it('a result that met the condition once, or opens a window later', () => {
    const open: Opening = {
      kind: 'outcome',
      algorithm: 'a@1',
      when: 'result > 0.5',
      from: 'start',
      until: 'parent',
      once: 'parent',
    };
    const fault = windowType('fault', open, { parent: 'life@1', reads: [] });
    const one = trigger({
      types: [life, cycle, fault],
      policies: [lateness('life'), lateness('cycle'), lateness('fault')],
    });
    one.takeEach([start(0), sample(5), sample(35), sample(50)]);
    const found = (startSeconds: number, result: number, run: number): Input => {
      const pane = one.panes('cycle').find(({ startUs }) => startUs === startSeconds * SECOND)!;
      const {
        windowId,
        windowType: type,
        key,
        startUs,
        endUs,
        revision,
        isFinal,
        parentWindowId,
        metadata,
        depth,
      } = pane;
      const about = {
        windowId,
        windowType: type,
        key,
        startUs,
        endUs,
        revision,
        isFinal,
        parentWindowId,
        metadata,
        depth,
      };
      const outcome = { executionId: `e${run}`, algorithm: 'a@1', run, succeeded: true, result, emissions: [] };
      return { kind: 'outcome', outcome: { ...about, outcomes: [outcome], withdrawn: [], openersComplete: true } };
    };
    one.take(found(30, 0.9, 0));
    expect(codesOf(absence(one, 'fault@1', 10).now)).toEqual(['CLAIMED_LATER']);
    one.take(found(30, 0.1, 1));
    expect(codesOf(absence(one, 'fault@1', 40).now)).toEqual(['WINDOW_WITHDRAWN']);
    expect(codesOf(absence(one, 'fault@1', 40, { histories: new Map() }).now)).toEqual([
      'CLAIM_LOST',
      'CONDITION_NOT_MET',
    ]);
  });

  it('is explained for a source of which only its name is known, too', () => {
    const one = trigger({ types: [grid] });
    expect(absence(one, 'w@1', 1, { state: emptySource }).headline.code).toBe('NOTHING_READ');
  });
});
