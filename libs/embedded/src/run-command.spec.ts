import { describe, expect, it } from '@jest/globals';
import { runCommand } from './run-command.ts';

function node(program: string, onLine?: (line: string) => void): Promise<string> {
  return runCommand(process.execPath, ['-e', program], { env: { NODE_OPTIONS: '' }, onLine });
}

describe('runCommand', () => {
  it('gives every line, also a last one without its newline, to the caller and in the result', async () => {
    const program = `for (let i = 0; i < 50_000; i++) console.log(i); process.stderr.write('the end')`;
    const lines: string[] = [];
    const output = await node(program, (line) => lines.push(line));
    expect(lines).toHaveLength(50_001);
    expect(lines).toContain('the end');
    expect(output.split('\n')).toEqual(lines);
  });

  it('rejects with the end of the output when the command fails', async () => {
    const failing = node(`console.error('why'); process.exit(3)`);
    await expect(failing).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      message: expect.stringMatching(/exit code 3:\nwhy$/),
    });
  });

  it('rejects when there is no such command', async () => {
    await expect(runCommand('/no/such/command', [])).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
  });
});
