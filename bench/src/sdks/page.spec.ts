import { describe, expect, it } from '@jest/globals';
import { footprintPage, type Footprint } from './page.ts';

const footprint = (name: string, of: Partial<Footprint>): Footprint => ({
  name,
  title: name.toUpperCase(),
  version: '1',
  startSeconds: 1,
  idleMb: 100,
  processes: 1,
  loadMb: 200,
  chain: { perSecond: 500, cpuUs: 2_000 },
  trivial: { perSecond: 5_000, cpuUs: 200 },
  p50Ms: 2,
  p99Ms: 9,
  program: { is: 'files', mb: 1 },
  ...of,
});

const page = (footprints: readonly Footprint[], missing: readonly string[] = []): string[] =>
  footprintPage({
    footprints,
    missing,
    machine: { cpu: 'chip', cores: 2, memoryGb: 8, system: 'Linux', node: 'v24', java: '17', loadAverage: 0 },
    repeats: 3,
    tasks: 2_000,
    singles: 300,
  }).split('\n');

const line = (lines: readonly string[], text: string): string[] =>
  (lines.find((one) => one.includes(text)) ?? '').split('|').map((cell) => cell.trim());

describe('the page of footprints', () => {
  const python = footprint('python', {});

  it('holds the lean languages against Python, idle and under load', () => {
    const lines = page([footprint('go', { idleMb: 30, loadMb: 70 }), python]);
    expect(line(lines, 'less memory than PYTHON, idle').slice(2, 4)).toEqual(['70 %', 'pass']);
    expect(line(lines, 'less memory than PYTHON, under load').slice(2, 4)).toEqual(['65 %', 'FAIL']);
  });

  it('holds every language to pace and latency', () => {
    const lines = page([footprint('typescript', { trivial: { perSecond: 1_999, cpuUs: 1 }, p50Ms: 10 })]);
    expect(line(lines, 'trivial tasks a second').at(-2)).toBe('1,999');
    expect(line(lines, 'TYPESCRIPT: ≥ 2,000').slice(2, 4)).toEqual(['1,999', 'FAIL']);
    expect(line(lines, 'TYPESCRIPT: p50 ≤ 10 ms').slice(2, 4)).toEqual(['10.0', 'pass']);
  });

  it('has a column for each language that was measured, and names the others', () => {
    const lines = page([python], ['Rust: cargo not on the path']);
    expect(line(lines, 'memory, idle')).toHaveLength(4);
    expect(lines).toContain('Not measured: Rust: cargo not on the path.');
  });

  it('compares with nothing when Python was not measured', () => {
    expect(page([footprint('go', {})]).join('\n')).not.toContain('less memory than');
  });
});
