import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@windlass/testing';
import { type DoorWait, SignalDoor } from './signal-door.ts';

interface Answer {
  readonly status: number;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

let server: Server;
let answers: Answer[];
let asked: { path: string; authorization: string | undefined; body: string }[];
let waits: DoorWait[];
let stop: AbortController;

beforeEach(async () => {
  [answers, asked, waits, stop] = [[], [], [], new AbortController()];
  server = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push({ path: `${request.method} ${request.url}`, authorization: request.headers.authorization, body });
      const { status, headers, body: answer = {} } = answers.shift()!;
      response.writeHead(status, headers).end(JSON.stringify(answer));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const door = ({ url, token }: { url?: string; token?: string } = {}) =>
  new SignalDoor({
    url: url ?? `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    token,
    onWait: (wait) => waits.push(wait),
    stop: stop.signal,
  });

/** At once, as far as the header can say it. */
const soon = { 'retry-after': '0.001' };

describe('the door for signals', () => {
  it('is asked again while it cannot take them, with the same body', async () => {
    answers = [
      { status: 503, headers: soon, body: { code: 'KAFKA_UNAVAILABLE', detail: 'Kafka does not take signals now' } },
      { status: 429, headers: soon },
      { status: 202 },
    ];
    expect(await door({ token: 'secret' }).post(['{"id":"1"}', '{"id":"2"}'])).toEqual({ kind: 'taken' });
    const request = {
      path: 'POST /v1/signals',
      authorization: 'Bearer secret',
      body: '{"signals":[{"id":"1"},{"id":"2"}]}',
    };
    expect(asked).toEqual([request, request, request]);
    expect(waits.map(({ delayMs }) => delayMs)).toEqual([1, 1]);
    expect(waits[0]!.reason).toBe('the trigger cannot take signals now: Kafka does not take signals now');
  });

  it('says which signals it refuses, however it names them', async () => {
    const problems = [
      { path: 'signals[1]', message: 'bad name' },
      { path: 'signals.3.values.bar', message: 'Invalid input' },
      { path: 'signals.3.id', message: 'too long' },
    ];
    answers = [{ status: 422, body: { code: 'BAD_SIGNAL', detail: 'refused', problems } }, { status: 413 }];
    expect(await door().post(['{}'])).toEqual({
      kind: 'refused',
      problems: new Map([
        [1, 'bad name'],
        [3, 'values.bar: Invalid input'],
      ]),
    });
    expect(await door().post(['{}'])).toEqual({ kind: 'tooLarge' });
  });

  it.each([401, 403, 404])('is not asked again after %d', async (status) => {
    answers = [{ status, body: { code: 'UNAUTHORIZED', detail: 'no such token' } }];
    await expect(door().post(['{}'])).rejects.toMatchObject({ code: 'UNAUTHORIZED', message: 'no such token' });
    expect(asked).toHaveLength(1);
  });

  it('is waited for when nobody answers, until that is stopped', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    other.close();
    await once(other, 'close');
    const posted = door({ url: `http://127.0.0.1:${port}` }).post(['{}']);
    const failed = expect(posted).rejects.toMatchObject({ name: 'AbortError' });
    await eventually(() => waits.length > 0);
    expect(waits[0]!.reason).toMatch(/does not answer \(ECONNREFUSED\); WINDLASS_TRIGGER_URL says where it is/);
    stop.abort();
    await failed;
  });
});
