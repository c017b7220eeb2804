import { mkdtempSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Module, Post, Query } from '@nestjs/common';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { z } from 'zod';
import { Caller, Roles } from './auth/auth.guard.ts';
import type { Principal } from './auth/roles.ts';
import { createTokenFile } from './auth/token-file.ts';
import { Describe } from './http/describe.ts';
import { ProblemError } from './http/problem.ts';
import { hubSettings } from './hub-settings.ts';
import { startService, type RunningService, type ServiceDefinition } from './service.ts';

const query = z.object({ limit: z.coerce.number().int().max(10).describe('most rows') });

@Controller('v1/things')
class ThingsController {
  @Get()
  @Describe({ summary: 'List things', answer: z.object({ limit: z.number() }) })
  list(@Query({ schema: query }) { limit }: z.infer<typeof query>) {
    return { limit };
  }

  @Post()
  make(
    @Body({ schema: z.strictObject({ name: z.string() }) }) { name }: { name: string },
    @Caller() caller: Principal,
  ) {
    if (name === 'crash') throw new Error('the secret inside');
    if (name === 'taken') throw new ProblemError({ status: 409, code: 'TAKEN', detail: 'there is one' });
    if (name === 'later') throw Object.assign(new Error('no database'), { code: 'STORE_UNAVAILABLE', retryable: true });
    return { name, by: caller.name };
  }

  @Post('reset')
  @Roles('operator')
  reset() {
    return {};
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

const servers = {
  WINDLASS_KAFKA_BROKERS: '127.0.0.1:1',
  WINDLASS_SCHEMA_REGISTRY_URL: 'http://127.0.0.1:2/apis/ccompat/v7',
  WINDLASS_POSTGRES_URL: 'postgres://u:hidden@127.0.0.1:3/d',
  WINDLASS_HTTP_PORT: '0',
};

const definition: ServiceDefinition<ReturnType<typeof hubSettings>> = {
  name: 'things',
  settings: hubSettings({ httpPort: 4199 }),
  module: () => ThingsModule,
};

class Lines extends Writable {
  readonly text: string[] = [];
  override _write(chunk: Buffer, _: string, done: () => void) {
    this.text.push(chunk.toString());
    done();
  }
}

const lines = new Lines();
const start = (env: Record<string, string> = {}, more: Partial<typeof definition> = {}) =>
  startService({ ...definition, ...more }, { env: { ...servers, ...env }, logStream: lines });

describe('a service on loopback', () => {
  let service: RunningService;
  const order: string[] = [];
  const strategy: CustomTransportStrategy & { on(): void; unwrap<T>(): T } = {
    listen: (callback) => {
      order.push('transport listens');
      callback();
    },
    close: () => void order.push('transport drained'),
    on: () => undefined,
    unwrap: <T>() => undefined as T,
  };
  let broken = false;

  beforeAll(async () => {
    service = await start(
      {},
      {
        module: ({ health, onClose }) => {
          health.add({
            name: 'database',
            check: () => (broken ? Promise.reject(new Error('no route')) : { ok: true }),
          });
          onClose(() => void order.push('first opened'));
          onClose(() => void order.push('last opened'));
          return ThingsModule;
        },
        transports: () => [strategy],
      },
    );
  });
  afterAll(() => service.stop());

  const get = (path: string, headers: Record<string, string> = {}) => fetch(service.url + path, { headers });
  const post = (path: string, body: unknown) =>
    fetch(service.url + path, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });

  it('answers, and says in its log that it is ready and where', async () => {
    expect(await (await get('/v1/things?limit=3')).json()).toEqual({ limit: 3 });
    const ready = lines.text
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .find(({ msg }) => msg === 'ready');
    expect(ready).toMatchObject({ service: 'things', level: 'info', url: service.url });
    expect(lines.text.join('')).not.toContain('hidden');
  });

  it('is ready only while all its checks are', async () => {
    expect((await get('/readyz')).status).toBe(200);
    broken = true;
    const answer = await get('/readyz');
    broken = false;
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ ok: false, checks: { database: { ok: false, detail: 'no route' } } });
    expect((await get('/healthz')).status).toBe(200);
  });

  it.each([
    ['a wrong parameter', () => get('/v1/things?limit=11'), 400, 'INVALID_REQUEST'],
    ['malformed JSON', () => post('/v1/things', '{'), 400, 'BAD_REQUEST'],
    ['an unknown field', () => post('/v1/things', { name: 'a', b: 1 }), 400, 'INVALID_REQUEST'],
    ['no such route', () => get('/nothing'), 404, 'NOT_FOUND'],
    ['too large a body', () => post('/v1/things', { name: 'x'.repeat(1_100_000) }), 413, 'BODY_TOO_LARGE'],
    ['a conflict', () => post('/v1/things', { name: 'taken' }), 409, 'TAKEN'],
    ['the world’s trouble', () => post('/v1/things', { name: 'later' }), 503, 'STORE_UNAVAILABLE'],
    ['a page that is not there', () => get('/docs/package.json'), 404, 'NOT_FOUND'],
    ['our mistake', () => post('/v1/things', { name: 'crash' }), 500, 'INTERNAL'],
  ])('answers %s with a problem and a stable code', async (_, ask, status, code) => {
    const answer = await ask();
    const text = await answer.text();
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(JSON.parse(text)).toMatchObject({ status, code });
    expect(text).not.toContain('the secret inside');
  });

  it('names every wrong field', async () => {
    const answer = await post('/v1/things', { b: 1 });
    const { problems } = (await answer.json()) as { problems: { path: string }[] };
    expect(problems.map(({ path }) => path)).toContain('name');
  });

  it('serves metrics by route', async () => {
    const text = await (await get('/metrics')).text();
    expect(text).toContain('process_resident_memory_bytes');
    expect(text).toMatch(/windlass_http_request_seconds_count\{.*route="\/v1\/things".*status="200".*\} \d+/);
  });

  it('describes itself: parameters, answers, a page', async () => {
    const document = (await (await get('/openapi.json')).json()) as any;
    const operation = document.paths['/v1/things'].get;
    expect(operation.summary).toBe('List things');
    expect(operation.parameters).toEqual([expect.objectContaining({ name: 'limit', in: 'query' })]);
    expect(operation.responses['200'].content['application/json'].schema.properties.limit).toEqual({ type: 'number' });
    expect(await (await get('/docs')).text()).toContain('swagger-ui-bundle.js');
    expect((await get('/docs/swagger-ui-bundle.js')).status).toBe(200);
    expect((await get('/docs/package.json')).status).toBe(404);
  });

  it('does not serve a page of another origin, nor a name that was rebound', async () => {
    expect((await get('/v1/things?limit=1', { origin: 'https://evil.example' })).status).toBe(403);
    expect((await get('/v1/things?limit=1', { origin: service.url })).status).toBe(200);
    const status = await new Promise((resolve, reject) => {
      httpRequest(`${service.url}/v1/things?limit=1`, { headers: { host: 'evil.example' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });

  it('stops in order: transports drain, then what was opened is closed, last first', async () => {
    await service.stop();
    await service.stop();
    expect(order).toEqual(['transport listens', 'transport drained', 'last opened', 'first opened']);
    await expect(get('/healthz')).rejects.toThrow();
  });
});

describe('a service with a token file', () => {
  const tokensFile = join(mkdtempSync(join(tmpdir(), 'windlass-tokens-')), 'tokens');
  const tokens = createTokenFile(tokensFile, [
    { name: 'vera', team: 'north', role: 'viewer' },
    { name: 'aron', team: 'north', role: 'author' },
    { name: 'olga', team: 'hub', role: 'operator' },
  ]);
  const as = (name: string) => ({
    authorization: `Bearer ${tokens.find((made) => made.name === name)?.token ?? name}`,
  });
  let service: RunningService;

  beforeAll(async () => {
    service = await start({ WINDLASS_TOKENS_FILE: tokensFile });
  });
  afterAll(() => service.stop());

  const status = async (method: string, path: string, headers: Record<string, string>) => {
    const body = method === 'POST' ? { body: '{"name":"a"}' } : {};
    return (
      await fetch(service.url + path, { method, headers: { 'content-type': 'application/json', ...headers }, ...body })
    ).status;
  };

  it.each([
    ['GET', '/v1/things?limit=1', 'nobody', 401],
    ['GET', '/v1/things?limit=1', 'vera', 200],
    ['POST', '/v1/things', 'vera', 403],
    ['POST', '/v1/things', 'aron', 201],
    ['POST', '/v1/things/reset', 'aron', 403],
    ['POST', '/v1/things/reset', 'olga', 201],
    ['GET', '/metrics', 'nobody', 401],
    ['GET', '/metrics', 'vera', 200],
    ['GET', '/readyz', 'nobody', 200],
    ['GET', '/openapi.json', 'nobody', 200],
  ])('%s %s by %s: %d', async (method, path, name, expected) => {
    expect(await status(method, path, as(name))).toBe(expected);
  });

  it('without a token at all says what to send', async () => {
    const answer = await fetch(`${service.url}/v1/things?limit=1`);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(await answer.json()).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('a service that cannot start', () => {
  it('on another address without tokens refuses, before it connects to anything', async () => {
    const refused = start({ WINDLASS_HTTP_HOST: '0.0.0.0' }, { module: () => Promise.reject(new Error('connected')) });
    await expect(refused).rejects.toThrow('is not loopback');
  });

  it('closes what it had opened', async () => {
    const closed: string[] = [];
    const failing = start(
      {},
      {
        module: ({ onClose }) => {
          onClose(() => void closed.push('pool'));
          throw new Error('no');
        },
      },
    );
    await expect(failing).rejects.toThrow('no');
    expect(closed).toEqual(['pool']);
  });
});
