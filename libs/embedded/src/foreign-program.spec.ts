import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { buildProgram, commandOf, foreignScript, missingOf, readForeignProgram, type ForeignProgram } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'windlass-foreign-'));
const program: ForeignProgram = { name: 'one', needs: [], command: ['node'], cwd: folder };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a program of another language', () => {
  it('is read with its folder, and with what else its file says', () => {
    mkdirSync(join(folder, 'inside'));
    const path = join(folder, 'inside', 'program.json');
    writeFileSync(path, JSON.stringify({ ...program, cwd: '..', algorithms: ['a'] }));
    expect(readForeignProgram(path)).toEqual({ ...program, algorithms: ['a'] });
  });

  it('lacks what is not on the path; Node is always there', () => {
    expect(missingOf({ ...program, needs: ['node', 'sh', 'no-such-program'] })).toEqual(['no-such-program']);
    expect(commandOf(['node', 'main.js'])).toEqual([process.execPath, ['main.js']]);
    expect(commandOf(['./bin/main'])).toEqual(['./bin/main', []]);
  });

  it('that cannot be built says with what output', () => {
    expect(() => buildProgram(program)).not.toThrow();
    const broken = { ...program, build: ['sh', '-c', 'echo no such module; exit 3'] };
    expect(() => buildProgram(broken)).toThrow(/one: sh -c .* ended with 3: no such module/);
    expect(() => buildProgram({ ...program, build: ['no-such-program'] })).toThrow(/ended with null: .*ENOENT/);
  });
});

describe('a program of another language as one of the hub', () => {
  const start = (...command: string[]) => {
    const { script, args } = foreignScript({ ...program, command });
    return spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  };

  it('runs in its folder, and its exit code is told', async () => {
    const child = start('sh', '-c', 'pwd; exit 7');
    child.stdout.setEncoding('utf8');
    const [[text], [code]] = await Promise.all([once(child.stdout, 'data'), once(child, 'exit')]);
    expect({ text, code }).toEqual({ text: `${folder}\n`, code: 7 });
  });

  it('hears what it is told, and ends in its own way', async () => {
    const child = start('sh', '-c', 'trap "echo bye; exit 0" TERM; echo up; for i in $(seq 600); do sleep 0.05; done');
    let heard = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (heard += text));
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    expect({ heard, code }).toEqual({ heard: 'up\nbye\n', code: 0 });
  });

  it('that cannot be started says so', async () => {
    const child = start('./no-such-program');
    child.stderr.setEncoding('utf8');
    const [[text], [code]] = await Promise.all([once(child.stderr, 'data'), once(child, 'exit')]);
    expect(code).toBe(1);
    expect(text).toContain('no-such-program');
  });
});
