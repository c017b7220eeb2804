import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { INestApplication } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { createDocument } from './openapi-document.ts';
import { ProblemError } from './problem.ts';

const page = (name: string): string => `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>windlass ${name}</title><link rel="stylesheet" href="/docs/swagger-ui.css"></head>
  <body><div id="page"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>
</html>
`;

const start = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#page' });\n`;

const assets: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};

/** Swagger's page comes with @nestjs/swagger. */
function assetPath(file: string): string {
  const fromSwagger = createRequire(fileURLToPath(import.meta.resolve('@nestjs/swagger')));
  return fromSwagger.resolve(`swagger-ui-dist/${file}`);
}

/** `/openapi.json`, and `/docs`, a page to read and try it. Both tell only what the source code tells: nobody is asked for a token. */
export function serveOpenApi(
  fastify: FastifyInstance,
  app: INestApplication,
  service: { readonly name: string; readonly version: string },
): void {
  let document: Promise<object> | undefined;
  fastify.get('/openapi.json', async () => (document ??= createDocument(app, service)));
  fastify.get('/docs', (_, reply) => {
    void reply.header(
      'content-security-policy',
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:",
    );
    void reply.type('text/html; charset=utf-8').send(page(service.name));
  });
  fastify.get('/docs/start.js', (_, reply) => void reply.type('text/javascript; charset=utf-8').send(start));
  fastify.get<{ Params: { file: string } }>('/docs/:file', async ({ params: { file } }, reply) => {
    const type = assets[file];
    if (type === undefined) throw new ProblemError({ status: 404, code: 'NOT_FOUND', detail: `no file ${file}` });
    return reply.type(type).send(await readFile(assetPath(file)));
  });
}
