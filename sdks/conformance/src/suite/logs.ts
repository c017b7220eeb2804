import { expect, it } from '@jest/globals';
import type { SdkUnderTest } from './sdk-under-test.ts';

export function logs(sdk: SdkUnderTest): void {
  it('logs the warnings of the hub', () => {
    expect(sdk.processor.output).toContain('a warning of the hub');
  });

  it('logs lines of JSON, each with its time, its level and who says it', () => {
    const lines = sdk.processor.stdout.split('\n').filter(Boolean);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
      expect(new Date(String(time)).toISOString().slice(0, 19)).toBe(String(time).slice(0, 19));
      expect(['debug', 'info', 'warn', 'error']).toContain(level);
      expect(msg).toMatch(/./);
      expect(fields).toMatchObject({ processor: 'conformance', instance: expect.stringMatching(/./) });
    }
  });
}
