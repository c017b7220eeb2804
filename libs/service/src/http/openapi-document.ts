import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { leastRoleOf } from '../auth/auth.guard.ts';
import { describedRoutes, type DescribedRoute } from './describe.ts';
import { openApiSchema, type Json } from './openapi-schema.ts';
import { operationPaths } from './operations.ts';
import { problemSchema } from './problem.ts';

interface Operation {
  readonly operationId?: string;
  readonly parameters?: readonly unknown[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, unknown>>;
}

type Components = Record<string, Json>;

/**
 * OpenAPI 3.1 document of every route of a service. @nestjs/swagger finds routes and parameters; it costs 15 MB of memory, so it is
 * loaded when the document is first asked for.
 */
export async function createDocument(
  app: INestApplication,
  { name, version }: { readonly name: string; readonly version: string },
): Promise<object> {
  const { DocumentBuilder, SwaggerModule } = await import('@nestjs/swagger');
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(`windlass ${name}`)
    .setDescription('Where no tokens are configured, nobody is asked who they are, and only loopback is served.')
    .setVersion(version)
    .addBearerAuth()
    .addSecurityRequirements('bearer')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    standardSchemaConverter: (schema, { schemaType }) =>
      schema instanceof z.ZodType ? openApiSchema(schema, schemaType) : undefined,
  });
  return described(document);
}

function described(document: OpenAPIObject): object {
  const routes = new Map(describedRoutes().map((route) => [route.operationId, route]));
  const components: Components = { Problem: openApiSchema(problemSchema, 'output').schema };
  const paths = Object.entries(document.paths).map(([path, item]) => [
    path,
    Object.fromEntries(
      Object.entries(item as Readonly<Record<string, Operation>>).map(([method, operation]) => {
        const route = routes.get(operation.operationId ?? '');
        return [method, route ? describe(operation, method, route, components) : operation];
      }),
    ),
  ]);
  return {
    ...document,
    paths: { ...Object.fromEntries(paths), ...operationPaths },
    components: { ...document.components, schemas: { ...document.components?.schemas, ...components } },
  };
}

function describe(operation: Operation, method: string, route: DescribedRoute, components: Components): object {
  const { summary, description = '', body, answer, mediaType = 'application/json', status = 200 } = route.description;
  const role = leastRoleOf(route, method);
  const convert = (schema: z.ZodType, io: 'input' | 'output'): Json => {
    const converted = openApiSchema(schema, io);
    Object.assign(components, converted.components);
    return converted.schema;
  };
  const requestBody = body && { required: true, content: { 'application/json': { schema: convert(body, 'input') } } };
  const isAsked = (operation.parameters ?? []).length > 0 || (operation.requestBody ?? requestBody) !== undefined;
  return {
    ...operation,
    summary,
    description: [description, `Asks for the role ${role}.`].filter(Boolean).join(' '),
    'x-windlass-role': role,
    ...(requestBody && { requestBody }),
    responses: {
      [status]: { description: summary, content: { [mediaType]: answer ? { schema: convert(answer, 'output') } : {} } },
      ...Object.fromEntries(
        Object.entries({ ...(isAsked && { 400: 'INVALID_REQUEST' }), ...ALWAYS, ...route.description.refusals }).map(
          ([refused, codes]) => [refused, refusal(codes)],
        ),
      ),
      default: refusal('any other'),
    },
  };
}

const ALWAYS = { 401: 'UNAUTHENTICATED', 403: 'FORBIDDEN, FOREIGN_ORIGIN' };

const refusal = (codes: string): Json => ({
  description: codes,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});
