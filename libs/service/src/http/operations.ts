import type { FastifyInstance } from 'fastify';
import { Histogram, type Registry } from 'prom-client';
import type { Authenticator } from '../auth/authenticator.ts';
import type { Health } from '../health.ts';

/** `/healthz`: the process answers. `/readyz`: it can do its work. `/metrics`: Prometheus, for viewers. */
export function serveOperations(
  fastify: FastifyInstance,
  {
    health,
    metrics,
    authenticator,
  }: { readonly health: Health; readonly metrics: Registry; readonly authenticator: Authenticator },
): void {
  fastify.get('/healthz', () => ({ ok: true }));
  fastify.get('/readyz', async (_, reply) => {
    const readiness = await health.readiness();
    return reply.status(readiness.ok ? 200 : 503).send(readiness);
  });
  fastify.get('/metrics', async (request, reply) => {
    authenticator.demand(request, 'viewer');
    return reply.type(metrics.contentType).send(await metrics.metrics());
  });
}

const answered = (description: string, mediaType: string) => ({ description, content: { [mediaType]: {} } });

/** The same routes, and those of the document itself, as OpenAPI has them. Nobody is asked for a token, but for metrics. */
export const operationPaths = {
  '/healthz': {
    get: {
      operationId: 'healthz',
      summary: 'The process answers',
      security: [],
      responses: { 200: answered('it does', 'application/json') },
    },
  },
  '/readyz': {
    get: {
      operationId: 'readyz',
      summary: 'Whether it can do its work, and what it waits for',
      security: [],
      responses: { 200: answered('it can', 'application/json'), 503: answered('it cannot', 'application/json') },
    },
  },
  '/metrics': {
    get: {
      operationId: 'metrics',
      summary: 'Metrics for Prometheus',
      description: 'Asks for the role viewer.',
      'x-windlass-role': 'viewer',
      responses: { 200: answered('metrics', 'text/plain') },
    },
  },
  '/openapi.json': {
    get: {
      operationId: 'openapi',
      summary: 'This document',
      security: [],
      responses: { 200: answered('OpenAPI 3.1', 'application/json') },
    },
  },
  '/docs': {
    get: {
      operationId: 'docs',
      summary: 'A page to read this document and try it',
      security: [],
      responses: { 200: answered('the page', 'text/html') },
    },
  },
};

/** Measures every request by its route, never by its URL: the number of time series is bounded. */
export function measureRequests(fastify: FastifyInstance, metrics: Registry): void {
  const duration = new Histogram({
    name: 'windlass_http_request_seconds',
    help: 'time to answer a request',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [metrics],
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    duration.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    done();
  });
}
