import { describe, expect, it } from '@jest/globals';
import { selectionOf } from './run.ts';
import { describeCommand, describeCommands, type CommandAnswer } from './run-text.ts';

const wait = true;
const id = 'e'.repeat(32);

describe('which runs are meant', () => {
  it('is said by an execution, by window and algorithm, or by what failed of an algorithm in a time', async () => {
    expect(await selectionOf(id, { wait, source: 'pump-1' })).toEqual({ source: 'pump-1', executionId: id });
    expect(await selectionOf(undefined, { wait, source: 'pump-1', window: id, algorithm: 'a@1' })).toEqual({
      source: 'pump-1',
      windowId: id,
      algorithm: 'a@1',
    });
    const span = { from: '1970-01-01T00:00:01Z', to: '1970-01-01T00:00:02Z' };
    expect(await selectionOf(undefined, { wait, algorithm: 'a@1', failed: true, ...span })).toEqual({
      failed: true,
      algorithm: 'a@1',
      fromUs: 1_000_000,
      toUs: 2_000_000,
    });
  });

  it('has to be said in one way', async () => {
    for (const [execution, options] of [
      [undefined, { wait }],
      [id, { wait, algorithm: 'a@1' }],
      [undefined, { wait, algorithm: 'a@1' }],
      [undefined, { wait, algorithm: 'a@1', failed: true }],
    ] as const)
      await expect(selectionOf(execution, options)).rejects.toMatchObject({ code: 'BAD_SELECTION' });
  });
});

it('a command tells what came of each run', () => {
  const run = { source: 'pump-1', window: 'f'.repeat(32), algorithm: 'a@1', executionId: id, run: 0 };
  const answer: CommandAnswer = {
    ...{ commandId: 'c-12345678', action: 'retry', by: 'ada', why: null },
    runs: [
      { ...run, status: 'DONE', code: null, detail: null },
      { ...run, status: 'REFUSED', code: 'RUN_NOT_OVER', detail: 'a@1, run 0 is QUEUED; possible: cancel, skip' },
    ],
  };
  expect(describeCommand(answer)).toContain(
    'possible: cancel, skip [RUN_NOT_OVER]\nretry: 1 done, 1 refused (command c-12345678)\n',
  );
  const would = {
    ...answer,
    commandId: null,
    runs: [{ ...run, status: 'WOULD' as const, code: null, detail: 'FAILED TIMEOUT' }],
  };
  expect(describeCommand(would)).toContain('would retry  a@1 of pump-1');
  expect(describeCommand(would)).toContain('nothing was changed');
  const said = {
    commandId: 'c',
    action: 'skip',
    by: 'ada',
    why: 'broken',
    askedAtUs: 0,
    runs: 1,
    waiting: 1,
    refused: 0,
  };
  expect(describeCommands({ commands: [said] })).toBe(
    '1970-01-01T00:00:00.000Z  skip by ada: 1 runs, 1 waiting (broken)  c\n',
  );
});
