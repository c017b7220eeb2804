import { describe, expect, it } from '@jest/globals';
import { isRetryable } from '@windlass/messaging';
import { isConnectionLost, sqlState, storeError } from './store-errors.ts';

const server = (code: string) => Object.assign(new Error('from the server'), { severity: 'ERROR', code });
const system = (code: string) => Object.assign(new Error('from the system'), { code });

describe('errors of Postgres', () => {
  it.each([
    ['a refused connection', system('ECONNREFUSED'), true],
    ['a reset connection', system('ECONNRESET'), true],
    ['a terminated connection', new Error('Connection terminated unexpectedly'), true],
    ['a shutdown', server('57P01'), true],
    ['a server that starts up', server('57P03'), true],
    ['too many connections', server('53300'), true],
    ['a deadlock', server('40P01'), true],
    ['a syntax error', server('42601'), false],
    ['a violated constraint', server('23505'), false],
    ['a mistake in our own program', new TypeError('undefined is not a function'), false],
    ['a mistake in the use of pg', new Error('Query values must be an array'), false],
  ])('say of %s whether it is worth another try', (_, error, retryable) => {
    expect(isRetryable(storeError(error))).toBe(retryable);
    if (!retryable) expect(storeError(error)).toBe(error);
  });

  it('tell a lost connection from a statement that failed', () => {
    expect([server('57P01'), system('EPIPE'), server('40P01'), server('42601')].map(isConnectionLost)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([sqlState(server('42601')), sqlState(system('EPIPE'))]).toEqual(['42601', undefined]);
  });
});
