import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { costCsv, costTable, type Cost } from './cost.ts';
import { HubError } from './hub-api.ts';
import { describeResult, valueText, type Result } from './result-text.ts';
import { filterQuery } from './results-filter.ts';
import { describeEvent, followResults } from './results-tail.ts';

const result: Result = {
  executionId: 'abc',
  windowType: 'cycle@1',
  key: 'pump-1',
  startUs: 1_000_000,
  algorithm: 'rul@1',
  run: 2,
  state: 'SUCCEEDED',
  isFinal: false,
  staleInput: false,
  reason: null,
  result: { type: 'double', value: 'NaN' },
  unit: 'h',
  withdrawn: null,
};

describe('windlass results', () => {
  it('says of each when, whose, what, and whether it will stay so', () => {
    expect(stripVTControlCharacters(describeResult(result)).replace(/ +/g, ' ')).toBe(
      '1970-01-01T00:00:01.000Z pump-1 cycle@1 rul@1 NaN h run 2 may change (abc)',
    );
    const failed = { ...result, state: 'FAILED', reason: { code: 'THREW', message: 'no data' }, isFinal: true, run: 0 };
    expect(stripVTControlCharacters(describeResult(failed)).replace(/ +/g, ' ')).toContain(
      'FAILED THREW: no data (abc)',
    );
  });

  it('shows what a struct holds, and of arrays how long they are', () => {
    const value = { a: { type: 'double', value: 1.5 }, spectrum: { type: 'array', value: [1, 2] } };
    expect(valueText({ type: 'struct', value })).toBe('{ a: 1.5, spectrum: array of 2 }');
  });

  it('asks with times in microseconds', () => {
    expect(filterQuery({ zone: 'Europe/Berlin', asOf: '2026-01-01T01:00', windowType: 'cycle@1' })).toEqual({
      windowType: 'cycle@1',
      asOf: String(Date.UTC(2026, 0, 1) * 1000),
    });
  });
});

describe('windlass results tail', () => {
  const body = (...events: string[]): Response => new Response(events.join(''));
  const event = (id: string, name = 'outcome'): string => `id: ${id}\nevent: ${name}\ndata: {}\n\n`;

  it('goes on behind the last event over every break, and waits for a hub that is away', async () => {
    const asked: (string | undefined)[] = [];
    const answers = [
      () => body(event('1', 'open'), event('2'), ': half an ev'),
      () => {
        throw new HubError('HUB_UNREACHABLE', 'away');
      },
      () => body(event('3')),
      () => {
        throw new HubError('FORBIDDEN', 'no');
      },
    ];
    const seen: string[] = [];
    const all = async () => {
      const open = (_: string, headers: Readonly<Record<string, string>>) => {
        asked.push(headers['last-event-id']);
        return Promise.resolve().then(answers[asked.length - 1]!);
      };
      for await (const { id } of followResults({ from: 'now' }, open, 0)) seen.push(id);
    };
    await expect(all()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(seen).toEqual(['1', '2', '3']);
    expect(asked).toEqual([undefined, '2', '2', '3']);
  });

  it('tells outcomes, withdrawals and a store that was made anew', () => {
    const told = (name: string, data: object): string =>
      stripVTControlCharacters(describeEvent({ id: '1', event: name, data: JSON.stringify(data) }));
    expect(told('outcome', result)).toContain('NaN h');
    expect(told('withdrawal', { executionId: 'abc', key: 'pump-1', algorithm: 'a@1', reason: 'MERGED' })).toBe(
      'withdrawn: a@1 of pump-1 (abc): MERGED\n',
    );
    expect(told('reset', {})).toContain('made anew');
    expect(told('heartbeat', {})).toBe('');
  });
});

describe('windlass cost', () => {
  const measures = {
    executions: 1200,
    attempts: 1201,
    cpuMs: 12.345,
    unmeasured: 0,
    resultBytes: 9,
    reruns: 3,
    lateReruns: 2,
  };
  const cost: Cost = { fromUs: 0, toUs: 1, cost: [{ day: '2026-01-31', team: null, ...measures }] };

  it('is a table for people', () => {
    expect(costTable(cost)).toBe(
      'day         team     executions  attempts  cpuMs  unmeasured  resultBytes  reruns  lateReruns\n' +
        '2026-01-31  unknown        1200      1201   12.3           0            9       3           2\n',
    );
    expect(costTable({ ...cost, cost: [] })).toMatch(/^No work/);
  });

  it('is CSV for programs', () => {
    expect(costCsv(cost)).toBe(
      'day,team,executions,attempts,cpuMs,unmeasured,resultBytes,reruns,lateReruns\n2026-01-31,,1200,1201,12.345,0,9,3,2\n',
    );
  });
});
