import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  deathsAt,
  decodeClaim,
  encodeClaim,
  HANDED_BACK,
  POISON_DEATHS,
  SUSPECT_OFFSETS,
  takeOver,
  type Claim,
} from './take-over.ts';

const by = (previous: Claim, more: { offset?: number; endOffset?: number; alive?: string[] } = {}) =>
  takeOver({
    previous,
    offset: more.offset ?? 10,
    endOffset: more.endOffset ?? 20,
    instance: 'me',
    isAlive: (holder) => more.alive?.includes(holder) ?? false,
  });

describe('taking a partition over', () => {
  it('suspects what was in flight when its holder died, as far as the topic goes', () => {
    expect(by({ holder: 'other', deaths: 0, alone: false })).toEqual({ first: 10, deaths: 1, suspectUntil: 20 });
    const { suspectUntil } = by({ holder: 'other', deaths: 0, alone: false }, { endOffset: 1e6 });
    expect(suspectUntil).toBe(10 + SUSPECT_OFFSETS);
  });

  it('is no death when the holder lives, has handed back, is this one, or when there was nothing to do', () => {
    const clean = { first: 10, deaths: 0, suspectUntil: 10 };
    expect(by({ holder: 'other', deaths: 0, alone: false }, { alive: ['other'] })).toEqual(clean);
    expect(by(HANDED_BACK)).toEqual(clean);
    expect(by({ holder: 'me', deaths: 0, alone: false })).toEqual(clean);
    expect(by({ holder: 'other', deaths: 0, alone: false }, { endOffset: 10 })).toEqual({ ...clean });
  });

  it('counts a further death only against a task that was run alone', () => {
    expect(by({ holder: 'other', deaths: 1, alone: false }).deaths).toBe(1);
    expect(by({ holder: 'other', deaths: 1, alone: true }).deaths).toBe(2);
    expect(by({ holder: '', deaths: 2, alone: false }).deaths).toBe(2);
  });

  it('finds the task at the third death, wherever it was among those in flight', () => {
    const poison = 14;
    let claim: Claim = { holder: 'i0', deaths: 0, alone: false };
    let offset = 10;
    let deaths = 1;
    for (let life = 1; life < 10; life++) {
      const over = takeOver({ previous: claim, offset, endOffset: 30, instance: `i${life}`, isAlive: () => false });
      while (offset < poison) offset++;
      if (deathsAt(over, poison) >= POISON_DEATHS) break;
      claim = { holder: `i${life}`, deaths: deathsAt(over, poison), alone: true };
      deaths++;
    }
    expect(deaths).toBe(POISON_DEATHS);
  });

  it('travels as text, and foreign metadata says nothing', () => {
    const claim = { holder: 'host-1', deaths: 2, alone: true };
    expect(decodeClaim(encodeClaim(claim))).toEqual(claim);
    for (const text of [null, undefined, '', 'x', '{"deaths":"many"}', '[]', 'null']) {
      expect(decodeClaim(text)).toEqual(HANDED_BACK);
    }
  });
});

/** The list that every SDK's test reads. */
const golden = JSON.parse(
  readFileSync(new URL('../../../conformance/golden/take-over.json', import.meta.url), 'utf8'),
) as { suspectOffsets: number; poisonDeaths: number; cases: readonly GoldenCase[] };
interface GoldenCase {
  readonly name: string;
  readonly metadata: string | null;
  readonly committedOffset: number;
  readonly offset: number;
  readonly endOffset: number;
  readonly instance: string;
  readonly members: readonly string[];
  readonly deaths: number;
  readonly suspectUntil: number;
}

describe('the golden take-overs', () => {
  it.each(golden.cases)('$name', ({ name: _, metadata, members, deaths, suspectUntil, ...given }) => {
    const isAlive = (holder: string) => members.includes(holder);
    const taken = takeOver({ previous: decodeClaim(metadata), isAlive, ...given });
    expect(taken).toEqual({ first: given.offset, deaths, suspectUntil });
  });

  it('have the numbers of this SDK', () => {
    expect(golden).toMatchObject({ suspectOffsets: SUSPECT_OFFSETS, poisonDeaths: POISON_DEATHS });
  });
});
