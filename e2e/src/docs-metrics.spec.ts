import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));
const textOf = (file: string): string => readFileSync(`${root}/${file}`, 'utf8');
const page = textOf('docs/reference/metrics.md');

const namesIn = (text: string, pattern: RegExp): string[] =>
  [...new Set([...text.matchAll(pattern)].map(([, name]) => name!))].sort();

describe('docs/reference/metrics.md names every metric and no other', () => {
  it('of the trigger', () => {
    const measured = namesIn(textOf('apps/trigger/src/measures.ts'), /name: '(windlass_\w+)'/g);
    expect(measured.length).toBeGreaterThan(0);
    expect(namesIn(page, /`(windlass_trigger_\w+)`/g)).toEqual(measured);
  });

  it('of the result-collector', () => {
    const measured = namesIn(textOf('apps/result-collector/src/measures.ts'), /name: '(windlass_\w+)'/g);
    expect(measured.length).toBeGreaterThan(0);
    expect(namesIn(page, /`(windlass_result_collector_\w+)`/g)).toEqual(measured);
  });

  it('of a stage', () => {
    const measured = namesIn(textOf('libs/messaging/src/stage/metrics.ts'), /'(stage_\w+)'/g);
    expect(measured.length).toBeGreaterThan(0);
    expect(namesIn(page, /`windlass_(stage_\w+)`/g)).toEqual(measured);
  });
});
