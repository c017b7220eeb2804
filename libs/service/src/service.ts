import 'reflect-metadata';
import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { DestinationStream } from 'pino';
import type { Registry } from 'prom-client';
import { AuthGuard } from './auth/auth.guard.ts';
import { Authenticator } from './auth/authenticator.ts';
import { TokenFile } from './auth/token-file.ts';
import { ConfigurationError } from './errors.ts';
import { Health } from './health.ts';
import { isLoopback, refuseForeignOrigin } from './http/loopback.ts';
import { serveOpenApi } from './http/openapi.ts';
import { measureRequests, serveOperations } from './http/operations.ts';
import { ProblemFilter } from './http/problem.filter.ts';
import { validationPipe } from './http/validation.ts';
import type { HubSettings } from './hub-settings.ts';
import { createLog, NestLog, type Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import { readSettings, type ConfigOf, type Settings } from './settings.ts';

/** What a service is built with. */
export interface ServiceContext<S extends Settings = HubSettings> {
  readonly name: string;
  readonly config: ConfigOf<S>;
  readonly log: Log;
  readonly metrics: Registry;
  readonly health: Health;
  /** Runs when HTTP and transports have stopped; the last added runs first. */
  readonly onClose: (close: () => Promise<void> | void) => void;
}

export interface ServiceDefinition<S extends HubSettings> {
  /** Of the service: in logs, metrics, consumer group. */
  readonly name: string;
  readonly version?: string;
  readonly settings: S;
  /** The composition root; may wait for the database. */
  readonly module: (context: ServiceContext<S>) => Promise<DynamicModule | Type> | DynamicModule | Type;
  /** What the service listens to beside HTTP: its stage. */
  readonly transports?: (app: INestApplication, context: ServiceContext<S>) => readonly CustomTransportStrategy[];
}

export interface RunningService {
  /** Where it listens, for instance `http://127.0.0.1:4103`. */
  readonly url: string;
  /** Stops HTTP, drains the transports, then closes what was opened. May be called twice. */
  stop(): Promise<void>;
}

export interface ServiceSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Default: standard output. */
  readonly logStream?: DestinationStream;
}

/** Time a client has to send its request. */
const requestTimeoutMs = 30_000;

/**
 * Starts a service: HTTP first, so that it can be asked how it is while it waits for Kafka, then its transports.
 * @throws {ConfigurationError} when a setting is wrong, or when another address than loopback is asked for without tokens.
 */
export async function startService<S extends HubSettings>(
  definition: ServiceDefinition<S>,
  { env, logStream }: ServiceSurroundings,
): Promise<RunningService> {
  const { name, version = '0.1.0', settings } = definition;
  const config = readSettings(settings, env);
  const http = config as ConfigOf<HubSettings>;
  const authenticator = createAuthenticator(http);
  const log = createLog({ name, level: http.logLevel, ...(logStream ? { stream: logStream } : {}) });
  const closers: (() => Promise<void> | void)[] = [];
  const context: ServiceContext<S> = {
    name,
    config,
    log,
    metrics: createMetrics({ name }),
    health: new Health(),
    onClose: (close) => void closers.push(close),
  };
  let app: NestFastifyApplication | undefined;
  const close = async () => {
    await app?.close();
    for (const closer of closers.toReversed()) await closer();
  };
  try {
    const module = await definition.module(context);
    app = await createApp({ module, context, http, authenticator });
    serveOpenApi(fastifyOf(app), app, { name, version });
    for (const strategy of definition.transports?.(app, context) ?? [])
      app.connectMicroservice({ strategy }, { inheritAppConfig: false });
    await app.listen(http.httpPort, http.httpHost);
    const url = urlOf(fastifyOf(app), http.httpHost);
    log.info({ url }, 'listening');
    await app.startAllMicroservices();
    log.info({ url }, 'ready');
    let stopping: Promise<void> | undefined;
    return { url, stop: () => (stopping ??= close()) };
  } catch (error) {
    await close().catch((trouble: unknown) => log.error({ err: trouble }, 'could not close after a failed start'));
    throw error;
  }
}

const fastifyOf = (app: NestFastifyApplication): FastifyInstance =>
  app.getHttpAdapter().getInstance() as unknown as FastifyInstance;

function createAuthenticator({ httpHost, tokensFile }: ConfigOf<HubSettings>): Authenticator {
  if (tokensFile === undefined && !isLoopback(httpHost)) {
    const message = `${httpHost} is not loopback: set WINDLASS_TOKENS_FILE, or everyone who reaches it could change the hub`;
    throw new ConfigurationError([{ path: 'WINDLASS_HTTP_HOST', message }]);
  }
  return new Authenticator(tokensFile === undefined ? undefined : new TokenFile(tokensFile));
}

/** Types that are JSON by their name, such as `application/cloudevents+json`. */
const JSON_SUFFIX = /^application\/[\w.-]+\+json(?:\s*;|$)/;

async function createApp({
  module,
  context: { log, metrics, health },
  http,
  authenticator,
}: {
  readonly module: DynamicModule | Type;
  readonly context: Pick<ServiceContext, 'log' | 'metrics' | 'health'>;
  readonly http: ConfigOf<HubSettings>;
  readonly authenticator: Authenticator;
}): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: http.httpBodyBytes,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: true,
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLog(log),
    abortOnError: false,
  });
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new ProblemFilter(log));
  app.useGlobalGuards(new AuthGuard(authenticator, app.get(Reflector)));
  const fastify = fastifyOf(app);
  fastify.addContentTypeParser(JSON_SUFFIX, { parseAs: 'string' }, fastify.getDefaultJsonParser('error', 'error'));
  if (authenticator.isOpen) {
    fastify.addHook('onRequest', (request, _, done) => {
      refuseForeignOrigin(request.headers);
      done();
    });
  }
  measureRequests(fastify, metrics);
  serveOperations(fastify, { health, metrics, authenticator });
  return app;
}

function urlOf(fastify: FastifyInstance, host: string): string {
  const address = fastify.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
