import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { stripVTControlCharacters } from 'node:util';
import { explainCommand } from './explain.ts';
import { describeExplanation, type ExplanationAnswer } from './explain-text.ts';

const answer: ExplanationAnswer = {
  windowId: 'a'.repeat(32),
  source: 'unit-1',
  windowType: 'cycle@1',
  startUs: 1_704_067_200_000_001,
  endUs: 1_704_067_202_000_000,
  timeline: [
    {
      code: 'OPENED',
      template: 'Opened by {signalId} at {time:signalTimeUs}.',
      todoTemplate: null,
      atUs: 1_719_828_000_000_000,
      facts: { signalId: 's-{time:endUs}', signalTimeUs: 1_704_067_200_500_000 },
    },
  ],
  now: [
    {
      code: 'WAITS_FOR_WATERMARK',
      template: 'It needs {time:endUs}.',
      todoTemplate: 'Send one; outOfOrderness is {span:outOfOrdernessUs}.',
      atUs: null,
      facts: { endUs: 1_704_067_202_000_000, outOfOrdernessUs: 500_000 },
    },
  ],
  drops: [],
};

describe('an explanation in a terminal', () => {
  it('tells what happened, how it stands and what to do, in UTC', () => {
    expect(stripVTControlCharacters(describeExplanation(answer, 'UTC')))
      .toBe(`cycle@1 of unit-1, 2024-01-01T00:00:00.000001Z to 2024-01-01T00:00:02Z
window ${'a'.repeat(32)}

What happened
  2024-07-01T10:00:00Z  Opened by s-{time:endUs} at 2024-01-01T00:00:00.5Z. [OPENED]

Now
  It needs 2024-01-01T00:00:02Z. [WAITS_FOR_WATERMARK]
    → Send one; outOfOrderness is 500ms.
`);
  });

  it('shows every time in the zone, with the offset of that time', () => {
    const text = describeExplanation(answer, 'Europe/Berlin');
    expect(text).toContain('2024-01-01T01:00:00.000001+01:00');
    expect(text).toContain('2024-07-01T12:00:00+02:00');
    expect(text).toContain('at 2024-01-01T01:00:00.5+01:00.');
  });

  it('of a window that is not there names the time', () => {
    const { windowId: _, startUs: __, endUs: ___, ...none } = answer;
    expect(stripVTControlCharacters(describeExplanation({ ...none, atUs: 0, timeline: [] }, 'UTC'))).toMatch(
      /^cycle@1 of unit-1 around 1970-01-01T00:00:00Z\n\nReasons\n/,
    );
  });
});

describe('windlass explain', () => {
  let server: Server | undefined;
  const asked: string[] = [];
  afterEach(async () => {
    delete process.env['WINDLASS_TRIGGER_URL'];
    jest.restoreAllMocks();
    asked.length = 0;
    server?.closeAllConnections();
    await new Promise((done) => (server ? server.close(done) : done(undefined)));
    server = undefined;
  });

  /** What the command prints when the trigger answers this. */
  async function explain(args: readonly string[], status = 200, body: unknown = answer): Promise<string> {
    server = createServer((request, response) => {
      asked.push(request.url!);
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(body));
    });
    await new Promise<void>((listening) => server!.listen(0, '127.0.0.1', listening));
    process.env['WINDLASS_TRIGGER_URL'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    let printed = '';
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
    await explainCommand().parseAsync(args, { from: 'user' });
    return printed;
  }

  it('asks for a window by its id, and by its source where that is given', async () => {
    expect(await explain(['window', 'abc'])).toContain('What happened');
    expect(asked).toEqual(['/v1/windows/abc/explain']);
  });

  it('passes the answer on with --json', async () => {
    const printed = await explain(['window', 'abc', '--source', 'a b', '--json']);
    expect(JSON.parse(printed)).toEqual(answer);
    expect(asked).toEqual(['/v1/windows/abc/explain?source=a+b']);
  });

  it.each([
    [['--at', '2024-07-01T12:00', '--zone', 'Europe/Berlin'], '1719828000000000'],
    [['--at', '2024-01-01T00:00:00.000001Z'], '1704067200000001'],
    [['--at', '2024-01-01'], '1704067200000000'],
  ])('asks why there is none: %j', async (args, at) => {
    await explain(['none', '--type', 'cycle@1', '--source', 'unit-1', ...args]);
    expect(asked).toEqual([`/v1/windows/explain?type=cycle%401&source=unit-1&at=${at}`]);
  });

  it('refuses a time that is none', async () => {
    const args = ['none', '--type', 'w@1', '--source', 'x', '--at', 'noon'];
    await expect(explain(args)).rejects.toThrow('no ISO 8601 time');
    expect(asked).toEqual([]);
  });

  it('says what the trigger refused', async () => {
    const problem = { code: 'UNKNOWN_WINDOW', detail: 'the journal does not know window abc' };
    await expect(explain(['window', 'abc'], 404, problem)).rejects.toMatchObject({ code: 'UNKNOWN_WINDOW' });
  });
});
