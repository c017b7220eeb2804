// One unit of the recording, with samples that came late, through algorithms in several languages: their results are those of the
// same algorithms in TypeScript.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { polyglotCast, type Cast } from './hub/roles.ts';
import type { World } from './hub/world.ts';
import { recordingOf, startTestWorld } from './recording-world.fixture.ts';
import { isPerfect } from './report/check.ts';
import { settle } from './replay/stored-results.ts';

const UNITS = ['unit-05'];
/** The first time an SDK may have to fetch what it is made of. */
const BUILD_DEADLINE_MS = 900_000;
const DEADLINE_MS = 240_000;

const { signals, expected } = recordingOf(UNITS);
let cast: Cast;
let world: World;

beforeAll(() => void (cast = polyglotCast()), BUILD_DEADLINE_MS);
beforeAll(async () => void (world = await startTestWorld('polyglot', cast.roles)), DEADLINE_MS);
afterAll(() => world?.stop(), DEADLINE_MS);

describe('the chain of algorithms in several languages', () => {
  it('has each language that is there, and all of them where tests must not be skipped', () => {
    if (process.env['CI'] === 'true') expect(cast.missing).toEqual([]);
    expect(cast.roles.map(({ name }) => name)).toContain('typescript');
    expect(cast.roles.flatMap(({ algorithms }) => algorithms).sort()).toEqual(Object.keys(expected.results).sort());
  });

  it(
    'ends with the results that it has in TypeScript, each once',
    async () => {
      await world.publisher.publish(signals);
      const { verdict, stored } = await settle(world.api, expected, () => undefined);
      expect(verdict).toMatchObject({ missing: [], wrong: [], duplicates: [], unexpected: [] });
      expect(isPerfect(verdict)).toBe(true);
      expect(stored.deviation.some(({ value }) => (value as { alarm: boolean }).alarm)).toBe(true);
    },
    DEADLINE_MS,
  );
});
