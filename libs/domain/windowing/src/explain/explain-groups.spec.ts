import { describe, expect, it } from '@jest/globals';
import {
  refOf,
  unknownSource,
  type AvailabilityPolicy,
  type Opening,
  type Source,
  type WindowType,
} from '@windlass/dag';
import type { Input } from '../input.ts';
import { fixed, planOf, policy, sample, SECOND, Trigger, watermark, windowType } from '../scenario.ts';
import { absence, codesOf, explained, explainedAt, LEFT_OPEN, readOf, sourceOf, textOf } from './explain.fixture.ts';

const pump = (name: string, groups: readonly string[] = ['line-1']): Source => sourceOf({ name, kind: 'pump', groups });
const TWO = [pump('pump-1'), pump('pump-2')];
const ofLine: Opening = { ...fixed(10 * SECOND), scope: 'group' } as Opening;
const hour: Opening = { kind: 'cron', expression: '*/10 * * * * *', zone: 'UTC', scope: 'group' };

/** A group and its members, whose reports reach it at once. */
class Line {
  readonly group: Trigger;
  private readonly members = new Map<string, Trigger>();
  readonly types: readonly WindowType[];

  constructor(
    rest: Partial<AvailabilityPolicy> = {},
    { open = ofLine, sources = TWO }: { readonly open?: Opening; readonly sources?: readonly Source[] } = {},
  ) {
    this.types = [windowType('w', open, { for: { kind: 'pump' } }), windowType('own', fixed(10 * SECOND))];
    const policies = [policy('w@1', { allowedLatenessUs: 60 * SECOND, ...rest })];
    const definitions = { types: this.types, policies, sources };
    this.group = new Trigger(planOf(definitions, 'line-1'), 'line-1');
    for (const source of sources)
      this.members.set(source.name, new Trigger(planOf(definitions, source.name, source), source.name));
  }

  take(member: string, ...inputs: readonly Input[]): this {
    const of = this.members.get(member)!;
    for (const input of inputs) {
      const before = of.reports.length;
      of.take(input);
      for (const report of of.reports.slice(before)) this.group.take({ kind: 'report', report });
    }
    return this;
  }

  /** Processing time goes on for all; what a member asks for comes back to it. */
  wait(seconds: number): this {
    for (const [name, member] of this.members) {
      const asked = member.signals.length;
      const told = member.reports.length;
      member.wait(seconds);
      for (const report of member.reports.slice(told)) this.group.take({ kind: 'report', report });
      this.take(name, ...member.signals.slice(asked).map((signal): Input => ({ kind: 'signal', signal })));
    }
    this.group.wait(seconds);
    return this;
  }

  ask(at: number, name = 'line-1', type = 'w@1') {
    const source = this.members.get(name);
    const declared = TWO.find((one) => one.name === name);
    const explanation = absence(source ?? this.group, type, at, {
      source: declared ?? unknownSource(name),
      isDeclared: declared !== undefined,
      windowTypes: this.types,
      ...((source ?? this.group).state.types.size === 0 ? { state: null } : {}),
    });
    const { now } = explanation;
    expect(readOf(explanation).join('\n')).not.toMatch(LEFT_OPEN);
    return { codes: codesOf(now), texts: now.map(textOf), now };
  }

  window(start: number) {
    const explanation = explainedAt(this.group, 'w@1', start);
    const { now, timeline } = explanation;
    expect(readOf(explanation).join('\n')).not.toMatch(LEFT_OPEN);
    return { codes: codesOf(now), texts: now.map(textOf), timeline: timeline.map(textOf), now };
  }
}

describe("why there is no window of a group's", () => {
  it('a source is asked for: its groups are named', () => {
    const line = new Line().take('pump-1', sample(1));
    expect(line.ask(1, 'pump-1').texts).toEqual(['Windows of w@1 are those of groups; pump-1 is in line-1.']);
    expect(line.ask(1, 'pump-1').now[0]!.facts['group']).toBe('line-1');
    expect(line.ask(1, 'pump-2').codes).toEqual(['WINDOWS_OF_GROUPS']);
  });

  it('a group is asked for, and the windows are those of single sources', () => {
    const line = new Line().take('pump-1', sample(1), sample(12));
    const { codes, now } = line.ask(1, 'line-1', 'own@1');
    expect([codes, now[0]!.facts['members']]).toEqual([['IS_A_GROUP'], 'pump-1, pump-2']);
  });

  it('a declared source has the name of its group: it has windows of its own, and those of the group', () => {
    const sources = [...TWO, pump('line-1')];
    const line = new Line({}, { sources }).take('pump-1', sample(1), sample(12));
    line.group.take(sample(3));
    const ask = (type: string) =>
      codesOf(absence(line.group, type, 3, { source: pump('line-1'), isDeclared: true, windowTypes: line.types }).now);
    expect([ask('own@1'), ask('w@1')]).toEqual([['WINDOW_EXISTS'], ['WINDOW_EXISTS']]);
    expect(line.window(0).codes).toEqual(['MEMBERS_HOLD_UP', 'MEMBERS_UNHEARD']);
  });

  it('the name is neither a group nor a source in one', () => {
    const line = new Line();
    const plan = planOf({ types: line.types, sources: TWO }, 'line-2');
    const ask = (source: Source, isDeclared: boolean) =>
      codesOf(absence(line.group, 'w@1', 1, { source, isDeclared, plan, windowTypes: line.types }).now);
    expect(ask(unknownSource('line-2'), false)).toEqual(['NOT_A_GROUP']);
    expect(ask(pump('pump-9', []), true)).toEqual(['IN_NO_GROUP']);
    expect(ask(sourceOf({ name: 'fan-1', kind: 'fan', groups: ['line-1'] }), true)).toEqual(['TYPE_NOT_FOR_SOURCE']);
  });

  it('no member has told anything, or it has none', () => {
    expect(new Line().ask(1).texts).toEqual([
      'None of the 2 members of line-1 (pump-1, pump-2) has told anything that w@1 counts.',
    ]);
    const fan = sourceOf({ name: 'fan-1', kind: 'fan', groups: ['line-1'] });
    expect(new Line({}, { sources: [fan] }).ask(1).codes).toEqual(['GROUP_HAS_NO_MEMBERS']);
  });

  it('a member may still count something there, and others have told nothing yet', () => {
    const line = new Line().take('pump-1', sample(1), sample(12));
    expect(line.ask(15)).toMatchObject({
      codes: ['WAITS_FOR_MEMBERS', 'MEMBER_BEHIND', 'MEMBERS_UNHEARD'],
      texts: [
        'There is none yet: members tell what they have counted when they are past its end, 20, and pump-1, pump-2 may still count something there.',
        'pump-1 told last that it is at 12, and line-1 waits for it to be at 20.',
        'Nothing has come yet from 1 of the 2 members of line-1 (pump-2), and line-1 waits for them without limit (onIdle, idleTimeout).',
      ],
    });
  });

  it('all are past it, and none has counted anything', () => {
    const line = new Line().take('pump-1', sample(1), sample(32)).take('pump-2', sample(2), sample(35));
    expect(line.ask(15).texts).toEqual([
      'All members of line-1 that it waits for are past 20, and none has counted anything there.',
    ]);
    expect(line.ask(5).codes).toEqual(['WINDOW_EXISTS']);
  });

  it('all are silent', () => {
    const line = new Line({ onIdle: 'advance', idleTimeoutMs: 5_000, maxIdleMs: 3_600_000 });
    line.take('pump-1', sample(1), sample(12)).take('pump-2', sample(2), sample(13)).wait(6).wait(1);
    expect(line.ask(2_000).codes).toEqual(['WAITS_FOR_MEMBERS', 'MEMBERS_SILENT']);
  });

  it('its schedule has not come so far', () => {
    const line = new Line({}, { open: hour })
      .take('pump-1', sample(1), sample(12))
      .take('pump-2', sample(2), sample(13));
    expect(line.ask(45).codes).toEqual(['WAITS_FOR_MEMBERS', 'MEMBER_BEHIND', 'MEMBER_BEHIND', 'SCHEDULE_NOT_REACHED']);
    expect(line.ask(-30).codes).toEqual(['BEFORE_SCHEDULE']);
  });
});

describe("why a window of a group's has not fired, or is not final", () => {
  it('names the member that is behind, and what moves it', () => {
    const line = new Line().take('pump-2', sample(2), watermark(3)).take('pump-1', sample(1), sample(12));
    const { codes, texts, now } = line.window(0);
    expect(codes).toEqual(['MEMBERS_HOLD_UP', 'MEMBER_BEHIND']);
    expect(texts).toEqual([
      'It has not fired: it waits for pump-2 to be at 10, its end.',
      expect.stringMatching(/^pump-2 told last that it is at \d+, and line-1 waits for it to be at 10\.$/),
    ]);
    expect(now[1]!.todo).toContain('its silence never does');
  });

  it('says until when members are waited for that have told nothing', () => {
    const line = new Line({ onIdle: 'advance', idleTimeoutMs: 5_000, maxIdleMs: 60_000 });
    line.take('pump-1', sample(1), sample(12));
    const { codes, now } = line.window(0);
    expect(codes).toEqual(['MEMBERS_HOLD_UP', 'MEMBERS_UNHEARD']);
    expect(now[1]!.facts).toMatchObject({ members: 'pump-2', dueUs: line.group.nowUs + 5 * SECOND });
    expect(now[1]!.facts['dueUs']).toBe(line.group.state.timerUs);
    line.take('pump-2', sample(2), watermark(3));
    expect(line.window(0).now[1]!.todo).toContain('(idleTimeout) the group fires without it');
  });

  it('fires without a silent member, and says that it is not final without it', () => {
    const line = new Line({ onIdle: 'advance', idleTimeoutMs: 5_000, maxIdleMs: 60_000 });
    line.take('pump-1', sample(1)).take('pump-2', sample(2)).wait(4).take('pump-1', sample(11)).wait(4);
    const { codes, texts, now } = line.window(0);
    expect(codes.slice(0, 3)).toEqual(['WAITS_FOR_LATENESS', 'MEMBER_IDLE', 'MEMBER_BEHIND']);
    expect(now[2]!.todo).toContain('(maxIdle) windows become final without it');
    expect(texts.find((one) => one.startsWith('pump-2 is silent'))).toContain('or has been silent for 1m (maxIdle).');
  });

  it('names the first few of many', () => {
    const sources = Array.from({ length: 9 }, (_, i) => pump(`pump-${i + 1}`));
    const line = new Line({}, { sources });
    for (const { name } of sources.slice(0, 8)) line.take(name, sample(1), watermark(name === 'pump-1' ? 12 : 3));
    for (const { name } of sources.slice(1, 8)) line.take(name, watermark(4));
    const { codes } = line.window(0);
    expect(codes[0]).toBe('MEMBERS_HOLD_UP');
    expect(codes.filter((code) => code === 'MEMBER_BEHIND').length).toBeLessThanOrEqual(5);
  });

  it('tells in its timeline which member told what', () => {
    const line = new Line().take('pump-1', sample(1), sample(12)).take('pump-2', sample(2), sample(13));
    expect(line.window(0).timeline).toEqual([
      'Opened by a report of its member pump-1 (DAG revision 7, policy 1).',
      'Fired ON_TIME (revision 0, 2 elements, 2 of them new): the watermark went from 2 to 12, and its end is 10. What moved it was what its members told, or their silence.',
    ]);
  });

  it("a member's part says whose it is", () => {
    const line = new Line().take('pump-1', sample(1));
    const member = (line as unknown as { members: Map<string, Trigger> }).members.get('pump-1')!;
    const { id } = member.state.types.get(refOf(line.types[0]!))!.windows[0]!;
    expect(codesOf(explained(member, id).now)[0]).toBe('PART_OF_GROUP_WINDOW');
  });
});
