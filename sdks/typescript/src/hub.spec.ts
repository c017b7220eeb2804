import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RegistrationRefused } from './errors.ts';
import { load } from './fixtures/algorithms.ts';
import { register } from './hub.ts';
import { processor } from './index.ts';
import { type Logger, silentLogger } from './log.ts';

const declared = processor({ name: 'fixtures', algorithms: [load], from: import.meta.url });
const answer = { revision: 3, windowTopic: 'w', resultTopic: 'r', partitions: 4, kafkaPrefix: 'p' };
const problem = (code: string) => ({ code, path: 'algorithms[0]', message: 'wrong', mend: 'right' });

describe('registration over HTTP', () => {
  let server: Server | undefined;
  let requests = 0;
  afterEach(() => void server?.close());

  /** A hub that gives these answers one after the other, the last for ever. */
  const hub = async (...given: readonly ({ status: number; body: object } | Logger)[]) => {
    const answers = given.filter((one) => 'status' in one);
    const log = given.find((one) => 'warn' in one) ?? silentLogger;
    requests = 0;
    server = createServer((_, response) => {
      const { status, body } = answers[Math.min(requests++, answers.length - 1)]!;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    const hubUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return register(declared, { hubUrl, log, signal: AbortSignal.timeout(20_000) });
  };

  it('waits until the hub is up, and for what others bring', async () => {
    const early = { status: 503, body: {} };
    const lacking = { status: 422, body: { problems: [problem('UNKNOWN_WINDOW_TYPE')] } };
    expect(await hub(early, lacking, { status: 200, body: answer })).toEqual(answer);
    expect(requests).toBe(3);
  });

  it('logs what the hub warns of', async () => {
    const warned: unknown[] = [];
    const log = { ...silentLogger, warn: (...said: unknown[]) => void warned.push(said) };
    await hub({ status: 200, body: { ...answer, warnings: [problem('LEFT_OUT')] } }, log);
    expect(warned).toEqual([['wrong', { code: 'LEFT_OUT', mend: 'right' }]]);
  });

  it('fails at once with every problem when it is refused', async () => {
    const problems = [problem('CYCLE'), problem('UNKNOWN_WINDOW_TYPE')];
    const refused = await hub({ status: 422, body: { problems } }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RegistrationRefused);
    expect(refused).toMatchObject({ code: 'REGISTRATION_REFUSED', status: 422, problems, retryable: false });
    expect((refused as Error).message).toMatch(/CYCLE at algorithms\[0\]: wrong \(right\)/);
    expect(requests).toBe(1);
  });

  it('ends when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(register(declared, { hubUrl: 'http://127.0.0.1:1', log: silentLogger, signal })).rejects.toThrow(
      'stopped',
    );
  });
});
