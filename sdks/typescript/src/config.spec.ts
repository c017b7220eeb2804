import { describe, expect, it } from '@jest/globals';
import { configOf } from './config.ts';

const env = { WINDLASS_KAFKA_BROKERS: 'a:1, b:2', WINDLASS_SCHEMA_REGISTRY_URL: 'http://registry/apis/ccompat/v7/' };

describe('configuration', () => {
  it('comes from the environment, with defaults', () => {
    const config = configOf(env);
    expect(config).toMatchObject({
      brokers: ['a:1', 'b:2'],
      schemaRegistryUrl: 'http://registry/apis/ccompat/v7',
      hubUrl: 'http://127.0.0.1:4100',
      logLevel: 'info',
      sessionTimeoutMs: 6_000,
      drainTimeoutMs: 25_000,
    });
    expect(config.health).toBeUndefined();
    expect(configOf({ ...env, WINDLASS_HEALTH_PORT: '0' }).health).toEqual({ host: '127.0.0.1', port: 0 });
    expect(config.workers).toBeGreaterThanOrEqual(1);
    expect(configOf(env).instance).not.toBe(config.instance);
    expect(config.tls).toBeUndefined();
  });

  it('reads TLS and SASL', () => {
    const secure = configOf({
      ...env,
      WINDLASS_KAFKA_TLS: '1',
      WINDLASS_KAFKA_SASL_MECHANISM: 'scram-sha-512',
      WINDLASS_KAFKA_USERNAME: 'me',
      WINDLASS_KAFKA_PASSWORD: 'secret',
      WINDLASS_WORKERS: '0',
    });
    expect(secure).toMatchObject({
      tls: {},
      sasl: { mechanism: 'scram-sha-512', username: 'me', password: 'secret' },
      workers: 0,
    });
  });

  it.each([
    [{ WINDLASS_KAFKA_BROKERS: '' }, /WINDLASS_KAFKA_BROKERS is not set/],
    [{ WINDLASS_WORKERS: '-1' }, /WINDLASS_WORKERS is '-1'/],
    [{ WINDLASS_HEALTH_PORT: 'http' }, /WINDLASS_HEALTH_PORT is 'http'; possible are 0 to 65535/],
    [{ WINDLASS_SESSION_TIMEOUT_MS: '5' }, /WINDLASS_SESSION_TIMEOUT_MS is '5'; possible are 1000/],
    [{ WINDLASS_LOG_LEVEL: 'loud' }, /possible are debug/],
    [{ WINDLASS_KAFKA_SASL_MECHANISM: 'magic' }, /possible are plain/],
    [{ WINDLASS_KAFKA_SASL_MECHANISM: 'plain' }, /WINDLASS_KAFKA_USERNAME/],
    [{ WINDLASS_KAFKA_CA_FILE: '/nowhere' }, /cannot read \/nowhere/],
  ])('names the variable that is wrong: %j', (wrong, message) => {
    expect(() => configOf({ ...env, ...wrong })).toThrow(message);
  });
});
