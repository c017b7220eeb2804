import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { SeenSource } from '@windlass/contracts';
import type { Source, SourceKind } from '@windlass/dag';
import { testStack } from '@windlass/testing';
import { eventually, policyOf, SECOND, signal, TriggerGround, windowType } from './trigger.fixture.ts';

/** Real servers, which may be shared with much else. */
jest.setTimeout(180_000);

const ten = { kind: 'fixed', sizeUs: 10 * SECOND, offsetUs: 0, align: 'epoch', partial: 'keep' } as const;
const ofLine = (line: string) => windowType(`of-${line}`, ten, { for: { groups: [`line-${line}`] } });
const windowTypes = [ofLine('a'), ofLine('b')];
const policies = windowTypes.map((type) => policyOf(type));

const MOVED = 1_020;
const before = { kind: 'pump', parent: 'hall', groups: ['line-a'], labels: { site: 'north' } };
const pump: Source = {
  name: 'pump-1',
  ...before,
  groups: ['line-b'],
  fromUs: MOVED * SECOND,
  earlier: [before],
};
const hall: Source = { name: 'hall', kind: 'hall', groups: [], labels: {}, zone: 'Europe/Berlin' };
const kind: SourceKind = {
  name: 'pump',
  owner: 'test',
  channels: [
    { name: 'pressure', type: 'double', unit: 'bar' },
    { name: 'starts', type: 'long' },
  ],
  undeclared: 'accept',
};

describe('sources and channels in the trigger', () => {
  let ground: TriggerGround;
  beforeAll(() => testStack());
  afterEach(() => ground?.close());

  it('a source that moves has the windows of each line, and each pane says what it was', async () => {
    ground = await TriggerGround.make('a source that moves');
    await ground.define({ windowTypes, policies, sources: [pump, hall] });
    await ground.start();
    await ground.send(...[1_001, 1_011, 1_019, 1_021, 1_031, 1_041].map((at) => signal('pump-1', 'sample', at)));
    await eventually(() => ground.panes().length === 4);
    const told = { kind: 'pump', parents: ['hall'], labels: { site: 'north' }, zone: null };
    expect(
      ground.finalPanes().map(({ windowType: type, startUs, source }) => [type, startUs / SECOND, source]),
    ).toEqual([
      ['of-a@1', 1_000, { ...told, groups: ['line-a'] }],
      ['of-a@1', 1_010, { ...told, groups: ['line-a'] }],
      ['of-b@1', 1_020, { ...told, groups: ['line-b'] }],
      ['of-b@1', 1_030, { ...told, groups: ['line-b'] }],
    ]);
  });

  it('tells of each source when its first signal comes, and once', async () => {
    ground = await TriggerGround.make('first signals');
    await ground.define({ windowTypes, policies, sources: [pump] });
    const { stop } = await ground.start();
    const seen: SeenSource[] = [];
    ground.follow('seen-sources', ground.topics.seenSources, (value) => seen.push(value));
    await ground.send(
      signal('stranger', 'noise', 7),
      signal('pump-1', 'sample', 1_001),
      signal('stranger', 'noise', 8),
    );
    await eventually(() => seen.length === 2);
    await stop();
    await ground.start();
    await ground.send(signal('stranger', 'noise', 9), signal('late-comer', 'noise', 9));
    await eventually(() => seen.length === 3);
    expect(seen.map(({ source, signal: name, eventTimeUs }) => [source, name, eventTimeUs / SECOND]).sort()).toEqual([
      ['late-comer', 'noise', 9],
      ['pump-1', 'sample', 1_001],
      ['stranger', 'noise', 7],
    ]);
  });

  it('sends a signal whose channels are of another type or unit to the dead letters', async () => {
    ground = await TriggerGround.make('channels');
    await ground.define({ windowTypes, policies, sources: [pump], kinds: [kind] });
    await ground.start();
    await ground.send(
      signal('pump-1', 'sample', 1_001, { values: { pressure: 3, starts: 4, load: 0.5 }, units: { pressure: 'bar' } }),
      signal('pump-1', 'sample', 1_002, { values: { pressure: 300 }, units: { pressure: 'kPa' } }),
      signal('pump-1', 'sample', 1_003, { values: { starts: 1.5 } }),
      signal('pump-1', 'sample', 1_004, { metadata: { pressure: 'high' } }),
      signal('stranger', 'sample', 1_005, { values: { starts: 1.5 } }),
      signal('pump-1', 'sample', 1_011, { values: { pressure: 3 } }),
    );
    await eventually(() => ground.deadLetters.length === 3);
    expect(ground.deadLetters.map(({ key, code, message }) => [key, code, message])).toEqual([
      [
        'pump-1',
        'CHANNEL_UNIT',
        'Channel "pressure" of kind pump is in bar; the signal gives it in kPa (1 kPa = 0.01 bar).',
      ],
      ['pump-1', 'CHANNEL_TYPE', expect.stringContaining('"starts"')],
      ['pump-1', 'CHANNEL_TYPE', expect.stringContaining('"high" in `metadata`')],
    ]);
    await eventually(() => ground.panes('of-a@1').length === 1);
    expect(ground.panes('of-a@1')[0]).toMatchObject({ elements: 1 });
  });
});
