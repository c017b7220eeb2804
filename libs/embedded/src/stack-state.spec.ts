import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityOf, isAlive } from './process-identity.ts';
import { isLeftBehind, isRunning, readRunning } from './running-stack.ts';
import {
  createState,
  readState,
  removeState,
  resetEnvFile,
  type StackState,
  writeEnvFile,
  writeState,
} from './stack-state.ts';

const self = identityOf(process.pid)!;
/** The pid is alive, but it belongs to a process that began at another time. */
const reused = { pid: process.pid, startedAt: 'another time' };
const log = { port: 20_001, logFile: '/tmp/x.log', stopSignal: 'SIGTERM' } as const;

function stateWith(change: Partial<StackState>): StackState {
  return { id: 'a', owner: self, detached: false, ephemeral: false, servers: {}, ...change };
}

describe('the state file', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'windlass-state-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  it('is created by one of two', () => {
    expect(createState(dataDir, stateWith({ id: 'first' }))).toBe(true);
    expect(createState(dataDir, stateWith({ id: 'second' }))).toBe(false);
    expect(readState(dataDir)?.id).toBe('first');
    expect(readdirSync(dataDir)).toEqual(['stack.json']);
  });

  it('holds a password, so only its owner may read it', () => {
    writeState(dataDir, stateWith({}));
    expect(statSync(join(dataDir, 'stack.json')).mode & 0o777).toBe(0o600);
  });

  it('is removed only by the start that it describes', () => {
    writeState(dataDir, stateWith({ id: 'later' }));
    removeState(dataDir, 'earlier');
    expect(readState(dataDir)?.id).toBe('later');
    removeState(dataDir, 'later');
    expect(readState(dataDir)).toBeUndefined();
  });

  it('counts as absent when it cannot be read', () => {
    writeFileSync(join(dataDir, 'stack.json'), '{"id": "cut o');
    expect(readState(dataDir)).toBeUndefined();
  });

  it('is no running stack when every pid in it is gone or belongs to another process now', async () => {
    writeState(dataDir, stateWith({ owner: reused, servers: { kafka: { ...reused, ...log } } }));
    expect(await readRunning(dataDir)).toBeUndefined();
  });

  it('shows which server of a running stack is gone', async () => {
    writeState(dataDir, stateWith({ servers: { kafka: { ...self, ...log }, postgres: { ...reused, ...log } } }));
    const running = await readRunning(dataDir);
    expect(running?.servers.map(({ name, isAlive }) => [name, isAlive])).toEqual([
      ['kafka', true],
      ['postgres', false],
    ]);
  });
});

describe('the env file', () => {
  const env = {
    WINDLASS_KAFKA_BROKERS: '127.0.0.1:1',
    WINDLASS_SCHEMA_REGISTRY_URL: 'http://127.0.0.1:2/apis/ccompat/v7',
    WINDLASS_POSTGRES_URL: 'postgres://windlass:secret@127.0.0.1:3/windlass',
  };
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'windlass-state-'));
    writeEnvFile(dataDir, { ...env, WINDLASS_HUB_URL: 'http://127.0.0.1:4' });
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  it('says where servers and hub are, to its owner only', () => {
    expect(readFileSync(join(dataDir, 'env'), 'utf8')).toContain('WINDLASS_HUB_URL=http://127.0.0.1:4\n');
    expect(statSync(join(dataDir, 'env')).mode & 0o777).toBe(0o600);
  });

  it('forgets the hub when that has ended, and keeps the servers that still run', () => {
    writeState(dataDir, stateWith({ env }));
    resetEnvFile(dataDir);
    const lines = Object.entries(env).map(([name, value]) => `${name}=${value}\n`);
    expect(readFileSync(join(dataDir, 'env'), 'utf8')).toBe(lines.join(''));
  });

  it('is gone when no servers of ours run either', () => {
    resetEnvFile(dataDir);
    expect(existsSync(join(dataDir, 'env'))).toBe(false);
  });
});

describe('whose stack it is', () => {
  it('runs while its owner or one of its servers lives', () => {
    expect(isRunning(stateWith({}))).toBe(true);
    expect(isRunning(stateWith({ owner: undefined }))).toBe(false);
    expect(isRunning(stateWith({ owner: undefined, servers: { kafka: { ...self, ...log } } }))).toBe(true);
  });

  it('is left behind when it had an owner and that is gone', () => {
    expect(isLeftBehind(stateWith({ owner: reused }))).toBe(true);
    expect(isLeftBehind(stateWith({ owner: self }))).toBe(false);
    expect(isLeftBehind(stateWith({ owner: undefined }))).toBe(false);
  });
});

describe('a process identity', () => {
  it('tells a process from a later one with its pid, and from none', () => {
    expect(isAlive(self)).toBe(true);
    expect(isAlive(reused)).toBe(false);
    expect(identityOf(2 ** 22 + 1)).toBeUndefined();
  });
});
