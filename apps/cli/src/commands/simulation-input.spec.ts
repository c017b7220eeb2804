import { describe, expect, it } from '@jest/globals';
import { parseSimulationInput } from './simulation-input.ts';

const stepsOf = (...lines: readonly object[]) =>
  parseSimulationInput(lines.map((line) => JSON.stringify(line)).join('\n'), 'in');
const problemsOf = (text: string): string[] => {
  try {
    parseSimulationInput(text, 'in');
    return [];
  } catch (error) {
    return (error as Error).message.split('\n').slice(0, -1);
  }
};

const signal = { source: 'pump-1', id: 's1', name: 'sample', eventTime: '2026-01-31T10:00:00.000001+01:00' };

describe('the input of a simulation', () => {
  it('is one step a line, with its number; empty lines are passed over', () => {
    const steps = parseSimulationInput(`\n${JSON.stringify({ signal })}\r\n\n{"clock": 5}\n`, 'in');
    expect(steps).toMatchObject([
      {
        line: 2,
        step: {
          kind: 'signal',
          source: 'pump-1',
          signal: { id: 's1', phase: 'POINT', count: 1, eventTimeUs: Date.UTC(2026, 0, 31, 9) * 1000 + 1, cause: null },
        },
      },
      { line: 4, step: { kind: 'clock', timeUs: 5 } },
    ]);
  });

  it('is watermarks, emissions, and outcomes of windows by id or by place', () => {
    const emission = { type: 'leak@1', start: 1, end: 2 };
    const named = { type: 'cycle@1', source: 'pump-1', start: 0 };
    expect(
      stepsOf(
        { watermark: { source: 'pump-1', time: 7 } },
        { emission: { ...emission, source: 'pump-1' } },
        { outcome: { windowId: 'w', algorithm: 'leaks@1', emissions: [emission] } },
        { outcome: { ...named, algorithm: 'leaks@1', result: { level: [1] }, final: true } },
      ).map(({ step }) => step),
    ).toMatchObject([
      { kind: 'signal', signal: { phase: 'WATERMARK', eventTimeUs: 7 } },
      { kind: 'emission', emission: { id: 'line-2', key: 'pump-1', windowType: 'leak@1', startUs: 1, endUs: 2 } },
      { outcome: { window: { windowId: 'w' }, emissions: [{ key: null, startUs: 1 }], isFinal: null } },
      {
        outcome: {
          window: { windowType: 'cycle@1', key: 'pump-1', startUs: 0 },
          result: { level: [1] },
          isFinal: true,
        },
      },
    ]);
  });

  it('is refused with every line that is wrong, and what would be right', () => {
    const lines = [
      { signal: { ...signal, phase: 'STOPP' } },
      { signal: { ...signal, phas: 'STOP', eventTime: '10:00' } },
      { signal: { ...signal, source: 'global' } },
      { signal: { ...signal, values: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`v${i}`, i])) } },
      { signal, clock: 5 },
      {},
      { outcome: { algorithm: 'leaks@1', type: 'cycle@1' } },
    ].map((line) => JSON.stringify(line));
    expect(problemsOf([...lines, '{]'].join('\n'))).toEqual([
      expect.stringMatching(/^in:1: signal\.phase: .*"STOP"/),
      expect.stringMatching(/^in:2: signal\.eventTime: "10:00": a time is ISO 8601 with zone/),
      'in:2: signal.phas: unknown field "phas". Did you mean "phase"?',
      expect.stringMatching(/^in:3: signal\.source: "global" is the hub's own/),
      'in:4: signal.values: over the limit signalValues, 64',
      expect.stringMatching(/^in:5: a line is an object with exactly one of signal, watermark, clock/),
      expect.stringMatching(/^in:6: a line is an object with exactly one of/),
      'in:7: outcome: name the window by windowId, or by type, source and start',
      expect.stringMatching(/^in:8: not JSON: /),
    ]);
  });

  it('names the first problems of a file of another kind', () => {
    const problems = problemsOf(Array(100).fill('text').join('\n'));
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toBe('… and 80 more');
  });
});
