import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatDurationUs, MAX_DURATION_US, parseDurationUs } from './duration.ts';
import { MAX_SUGGESTIONS, nearMatch, suggestions } from './near-match.ts';

describe('durations', () => {
  it.each([
    ['500ms', 500_000],
    ['2s', 2_000_000],
    ['1h30m', 5_400_000_000],
    ['1.5s', 1_500_000],
    ['1d', 86_400_000_000],
    ['0s', 0],
  ])('%s', (text, us) => expect(parseDurationUs(text)).toBe(us));

  it.each(['', '5', 's', '5 s', '-1s', '5sec', '1e3s', '99999999d'])('refuses "%s"', (text) =>
    expect(parseDurationUs(text)).toBeUndefined(),
  );

  it('are read back as they were written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_DURATION_US }), (us) =>
        expect(parseDurationUs(formatDurationUs(us))).toBe(us),
      ),
    );
  });
});

describe('the name that was meant', () => {
  it.each([
    ['cylce@1', 'cycle@1'],
    ['allowedLatness', 'allowedLateness'],
    ['xyz', undefined],
  ])('%s: %s', (name, meant) => expect(nearMatch(name, ['cycle@1', 'allowedLateness', 'life@1'])).toBe(meant));

  it('is looked for for the first names of an answer only, and for each once', () => {
    const suggest = suggestions();
    const said = Array.from({ length: 2 * MAX_SUGGESTIONS }, (_, i) => [suggest(`lif${i}@1`, ['life@1']), i] as const);
    expect(said.filter(([text]) => text !== '').map(([, i]) => i)).toEqual(
      Array.from({ length: MAX_SUGGESTIONS }, (_, i) => i),
    );
    expect(suggest('lif0@1', ['life@1'])).toBe(' Did you mean "life@1"?');
  });
});
