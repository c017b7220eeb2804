import { describe, expect, it } from '@jest/globals';
import {
  algorithm,
  fixed,
  planOf,
  point,
  policy,
  previous,
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
import { codesOf, explained, explainedAt, textOf } from './explain.fixture.ts';

const grid = windowType('w', fixed(10 * SECOND));
const trigger = (definitions: Definitions): Trigger => new Trigger(planOf(definitions));
const withPolicy = (rest: Parameters<typeof policy>[1], type = grid): Trigger =>
  trigger({ types: [type], policies: [policy(`${type.name}@1`, rest)] });

describe('why a window has not fired', () => {
  it('says where the watermark is, where it must be, and which signal would move it there', () => {
    const one = withPolicy({ outOfOrdernessUs: 2 * SECOND }).take(sample(3));
    const { headline, timeline } = explainedAt(one, 'w@1', 0);
    expect(headline.code).toBe('WAITS_FOR_WATERMARK');
    expect(textOf(headline)).toBe('It has not fired: the watermark of w@1 is at 1, and it needs 10, its end.');
    expect(textOf({ ...headline, template: headline.todo! })).toBe(
      'A signal of sample with event time 12 or later (outOfOrderness is 2s), or a WATERMARK signal at 10 or later, fires it.',
    );
    expect(timeline.map(textOf)).toEqual([
      expect.stringMatching(
        /^Opened by the signal sample \(id sample-3000000-.*, event time 3\) \(DAG revision 7, policy 1\)\.$/,
      ),
    ]);
  });

  it.each([
    [{ onIdle: 'hold' as const }, 'SILENCE_HOLDS'],
    [{ onIdle: 'advance' as const, idleTimeoutMs: null }, 'SILENCE_NEVER'],
  ])('says that silence does not fire it: %j', (rest, code) => {
    const { now } = explainedAt(withPolicy(rest).take(sample(3)), 'w@1', 0);
    expect(codesOf(now)).toEqual(['WAITS_FOR_WATERMARK', code]);
    expect(now[1]!.todo).toContain('windlass dial set {windowType}');
  });

  it.each([1_000, 30_000])('says when silence of %d ms fires it: the very time of the timer', (idleTimeoutMs) => {
    const one = withPolicy({ onIdle: 'advance', idleTimeoutMs, outOfOrdernessUs: 2 * SECOND }).take(sample(3));
    const due = explainedAt(one, 'w@1', 0).now.find(({ code }) => code === 'IDLE_DUE')!;
    expect(due.facts['dueUs']).toBe(one.state.timerUs);
    one.nowUs += 40 * SECOND;
    expect(codesOf(explainedAt(one, 'w@1', 0).now)).toContain('IDLE_OVERDUE');
  });

  it('says that it has fired EARLY only, and when it does so again', () => {
    const one = withPolicy({ early: { everyMs: 5_000 } }).take(sample(3));
    expect(codesOf(explainedAt(one, 'w@1', 0).now)).toContain('EARLY_DUE');
    one.wait(5);
    const { now, timeline } = explainedAt(one, 'w@1', 0);
    expect(codesOf(timeline)).toEqual(['OPENED', 'FIRED_EARLY_BY_TIME']);
    expect(codesOf(now)).toContain('FIRED_EARLY_ONLY');
    const counted = withPolicy({ early: { count: 2 } }).takeEach([sample(3), sample(4)]);
    expect(codesOf(explainedAt(counted, 'w@1', 0).timeline)).toEqual(['OPENED', 'FIRED_EARLY_BY_COUNT']);
  });

  it('says what is due when late elements are collected', () => {
    const one = withPolicy({ coalesceLateMs: 5_000, allowedLatenessUs: 60 * SECOND }).takeEach([sample(30), sample(3)]);
    const { now, timeline } = explainedAt(one, 'w@1', 0);
    expect(codesOf(now)).toEqual(['LATE_DUE']);
    expect(textOf(timeline[0]!)).toContain('The watermark had passed its end already');
  });
});

describe('why a window fired', () => {
  it('names the step of the watermark and the signal that made it', () => {
    const one = withPolicy({}).takeEach([sample(3), sample(9), sample(25, { id: 'mover' })]);
    const { timeline, headline } = explainedAt(one, 'w@1', 0);
    expect(timeline.map(textOf)[1]).toBe(
      'Fired ON_TIME (revision 0, 2 elements, 2 of them new): the watermark went from 9 to 25, and its end is 10. What moved it was the signal sample (id mover, event time 25). It is the last pane: the window is final.',
    );
    expect(headline.code).toBe('IS_OVER');
  });

  it('tells a WATERMARK that was sent from silence', () => {
    const told = withPolicy({}).takeEach([sample(3), watermark(60, { id: 'told' })]);
    expect(textOf(explainedAt(told, 'w@1', 0).timeline[1]!)).toContain('a WATERMARK that was sent (id told');
    const idle = withPolicy({ onIdle: 'advance', idleTimeoutMs: 30_000 }).take(sample(3)).wait(31);
    idle.take({ kind: 'signal', signal: idle.signals.at(-1)! });
    expect(codesOf(explainedAt(idle, 'w@1', 0).timeline)).toEqual(['OPENED', 'FIRED_BY_SILENCE']);
  });

  it('tells late revisions, and until when it takes late data', () => {
    const one = withPolicy({ allowedLatenessUs: 60 * SECOND }).takeEach([sample(3), sample(25), sample(4)]);
    const { timeline, now } = explainedAt(one, 'w@1', 0);
    expect(codesOf(timeline)).toEqual(['OPENED', 'FIRED_ON_TIME', 'FIRED_LATE']);
    expect(now.map(textOf)).toEqual([
      'It has fired, and takes late data until the watermark of the data reaches 70 (its end and allowedLateness 1m); that is at 25.',
    ]);
    one.take(watermark(70));
    expect(codesOf(explainedAt(one, 'w@1', 0).timeline).at(-1)).toBe('FINALIZED');
  });

  it('says that it waits for an earlier window to be final', () => {
    const life = windowType('life', startStop({ maxDurationUs: 1_000 * SECOND, onSecondStart: 'nest' }));
    const one = trigger({ types: [life], algorithms: [algorithm('a', 'life@1', { dependencies: [previous(2)] })] });
    one.takeEach([
      start(0, { correlation: 'a' }),
      start(5, { correlation: 'b' }),
      stop(20, { correlation: 'b' }),
      sample(30),
    ]);
    expect(codesOf(explainedAt(one, 'life@1', 5).now)).toContain('WAITS_FOR_EARLIER');
  });
});

describe('what became of a window', () => {
  it('names the session that it was merged into, though it had never fired', () => {
    const one = withPolicy({ outOfOrdernessUs: 100 * SECOND }, windowType('s', session(10 * SECOND)));
    one.takeEach([sample(0), sample(15), sample(8)]);
    const { timeline, headline } = explainedAt(one, 's@1', 15);
    const [heir] = one.state.types.get('s@1')!.windows;
    expect(codesOf(timeline)).toEqual(['OPENED', 'MERGED']);
    expect(timeline[1]!.facts['replacedBy']).toBe(heir!.id);
    expect(headline.code).toBe('WAS_WITHDRAWN');
    expect(codesOf(explained(one, heir!.id).timeline)).toEqual(['OPENED']);
  });

  it('tells that its STOP moved its end, and cut its children', () => {
    const life = windowType('life', startStop({ maxDurationUs: 1_000 * SECOND }));
    const cycle = windowType('cycle', fixed(10 * SECOND, { align: 'parent' }), { parent: 'life@1' });
    const one = trigger({ types: [life, cycle], policies: [policy('life@1', { outOfOrdernessUs: 50 * SECOND })] });
    one.takeEach([start(0, { id: 'begin' }), sample(1), sample(9), stop(5, { id: 'end' })]);
    const { timeline } = explainedAt(one, 'life@1', 0);
    expect(timeline.map(textOf)).toEqual([
      'Opened by the START life (id begin, event time 0) (DAG revision 7, policy 1).',
      'Its end moved from 1000 to 5, by the STOP life (id end, event time 5).',
    ]);
    expect(codesOf(explainedAt(one, 'cycle@1', 0).timeline)).toEqual(['OPENED', 'MOVED', 'FIRED_ON_TIME']);
  });

  it('tells that it was withdrawn after it had been let go of', () => {
    const life = windowType('life', startStop({ maxDurationUs: 1_000 * SECOND }));
    const cycle = windowType('cycle', fixed(10 * SECOND, { align: 'parent' }), { parent: 'life@1' });
    const one = trigger({ types: [life, cycle], policies: [policy('life@1', { allowedLatenessUs: 1_000 * SECOND })] });
    one.takeEach([start(0), sample(1), sample(15), sample(25), sample(40)]);
    expect(explainedAt(one, 'cycle@1', 20).headline.code).toBe('IS_OVER');
    one.take(stop(12));
    expect(explainedAt(one, 'cycle@1', 20).headline.code).toBe('WAS_WITHDRAWN');
    expect(codesOf(explainedAt(one, 'cycle@1', 20).timeline).at(-1)).toBe('WITHDRAWN');
  });

  it('tells what was dropped of its time', () => {
    const one = withPolicy({}).takeEach([sample(3), sample(25), sample(4, { id: 'too-late' })]);
    const { drops } = explainedAt(one, 'w@1', 0);
    expect(codesOf(drops)).toEqual(['LATE']);
    expect(textOf(drops[0]!)).toMatch(
      /^sample \(id too-late, event time 4\) was dropped: Event time 4000000 µs came after/,
    );
    expect(explainedAt(one, 'w@1', 20).drops).toEqual([]);
  });

  it('is told by the state alone where the journal knows nothing', () => {
    const one = withPolicy({}).take(sample(3));
    const [held] = one.state.types.get('w@1')!.windows;
    const { timeline, now } = explained(one, held!.id, false);
    expect([timeline, codesOf(now)]).toEqual([[], ['WAITS_FOR_WATERMARK', 'SILENCE_HOLDS', 'OPENED']]);
    expect(explained(one, 'f'.repeat(32))).toBeNull();
  });

  it('tells that its policy or its type has changed since', () => {
    const one = withPolicy({}).take(sample(3));
    one.plan = planOf({ types: [grid], policies: [policy('w@1', { number: 4 })] });
    expect(codesOf(explainedAt(one, 'w@1', 0).now)).toContain('POLICY_CHANGED');
    one.plan = planOf({ types: [windowType('other', point(1, 1))] });
    expect(codesOf(explainedAt(one, 'w@1', 0).now)).toEqual(['TYPE_GONE']);
  });
});

describe('the journal', () => {
  it('says nothing of elements that only join, whatever they do to the end of a session', () => {
    const many = Array.from({ length: 500 }, (_, i) => sample(i / 100));
    const fixedOnes = withPolicy({}).takeEach(many);
    const sessions = withPolicy({}, windowType('s', session(10 * SECOND))).takeEach(many);
    expect([fixedOnes.journal.windows.length, sessions.journal.windows.length]).toEqual([1, 1]);
  });

  it('holds a hundred drops of a source and day, and counts the rest, which the next day tells', () => {
    const one = withPolicy({}).take(sample(1_000));
    for (let i = 0; i < 130; i++) one.take(sample(i / 10));
    expect(one.journal.drops).toHaveLength(100);
    expect(one.state.noted).toMatchObject({ drops: 100, leftOut: 30 });
    one.nowUs += 86_400 * SECOND;
    one.take(sample(14));
    expect(one.journal.drops.slice(100).map(({ code }) => code)).toEqual(['LEFT_OUT', 'LATE']);
    expect(one.journal.drops[100]!.message).toContain('30 more records');
    expect(one.state.noted).toMatchObject({ drops: 1, leftOut: 0 });
  });

  it('tells ids that are used for two events, not repetitions', () => {
    const one = withPolicy({}).takeEach([sample(3, { id: 'a' }), sample(3, { id: 'a' })]);
    expect(one.journal.drops).toEqual([]);
    one.take(sample(4, { id: 'a' }));
    expect(one.journal.drops).toMatchObject([{ code: 'ID_REUSED', eventTimeUs: 4 * SECOND, windowTypes: ['w@1'] }]);
  });

  it('remembers names that nobody reads, a few and once each', () => {
    const one = withPolicy({}).takeEach([signal('smaple', 1), signal('smaple', 2), sample(3)]);
    for (let i = 0; i < 30; i++) one.take(signal(`x${i}`, 5));
    expect(one.state.noted.unread.slice(0, 2)).toEqual([
      { name: 'smaple', eventTimeUs: SECOND },
      { name: 'x0', eventTimeUs: 5 * SECOND },
    ]);
    expect(one.state.noted.unread).toHaveLength(16);
  });
});
