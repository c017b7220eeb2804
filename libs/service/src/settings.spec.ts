import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from './errors.ts';
import { hubSettings } from './hub-settings.ts';
import { describeSettings, readSettings } from './settings.ts';

const settings = hubSettings({ httpPort: 4100 });
const env = {
  WINDLASS_KAFKA_BROKERS: 'a:9092, b:9092',
  WINDLASS_SCHEMA_REGISTRY_URL: 'http://127.0.0.1:8080/apis/ccompat/v7',
  WINDLASS_POSTGRES_URL: 'postgresql://u:p@127.0.0.1:5432/windlass',
};

describe('the hub’s settings', () => {
  it('have defaults, and an empty variable counts as absent', () => {
    expect(readSettings(settings, { ...env, WINDLASS_PREFIX: '' })).toMatchObject({
      kafkaBrokers: ['a:9092', 'b:9092'],
      prefix: 'windlass',
      partitions: 8,
      teams: ['default'],
      httpHost: '127.0.0.1',
      httpPort: 4100,
      tokensFile: undefined,
    });
  });

  it('that are wrong are all named at once, without the secret', () => {
    const wrong = {
      ...env,
      WINDLASS_POSTGRES_URL: 'mysql://u:topsecret@h/d',
      WINDLASS_KAFKA_BROKERS: 'nowhere',
      WINDLASS_PARTITIONS: '6',
      WINDLASS_HTTP_PORT: '70000',
      WINDLASS_TEAMS: 'North',
    };
    const error = (() => {
      try {
        return readSettings(settings, wrong);
      } catch (caught) {
        return caught;
      }
    })() as ConfigurationError;
    expect(error.problems.map(({ path }) => path).sort()).toEqual([
      'WINDLASS_HTTP_PORT',
      'WINDLASS_KAFKA_BROKERS',
      'WINDLASS_PARTITIONS',
      'WINDLASS_POSTGRES_URL',
      'WINDLASS_TEAMS',
    ]);
    expect(error.message).toContain('power of two');
    expect(error.message).not.toContain('topsecret');
  });

  it('are documented from the same declaration', () => {
    const described = describeSettings(settings);
    expect(described.find(({ variable }) => variable === 'WINDLASS_KAFKA_BROKERS')).toMatchObject({
      required: true,
      default: undefined,
    });
    expect(described.find(({ variable }) => variable === 'WINDLASS_PARTITIONS')).toMatchObject({
      type: 'number',
      default: '8',
      required: false,
    });
    expect(described.find(({ variable }) => variable === 'WINDLASS_LOG_LEVEL')!.type).toBe(
      'debug | info | warn | error | silent',
    );
    expect(described.find(({ variable }) => variable === 'WINDLASS_HTTP_BODY_BYTES')!.unit).toBe('bytes');
    for (const { meaning } of described) expect(meaning.length).toBeGreaterThan(10);
  });
});
