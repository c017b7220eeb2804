import { Validator } from '@seriousme/openapi-schema-validator';

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema?: unknown }[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: unknown }>> };
  readonly responses?: Readonly<Record<string, { readonly content?: object }>>;
}

interface OpenApi {
  readonly security?: readonly unknown[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/**
 * What is wrong with a service's OpenAPI document: by the schema of OpenAPI, and by what we want of it beside. `bodiless`: operations
 * such as `post /v1/x` that change something and take no body.
 */
export async function openApiProblems(
  document: object,
  { bodiless = [] }: { readonly bodiless?: readonly string[] } = {},
): Promise<string[]> {
  const { valid, errors } = await new Validator().validate(structuredClone(document) as Record<string, unknown>);
  const operations = Object.entries((document as OpenApi).paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
  const ids = operations.map(({ operation }) => operation.operationId);
  return [
    ...(valid ? [] : [`not OpenAPI: ${JSON.stringify(errors)}`]),
    ...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `${id} is the id of two operations`),
    ...operations.flatMap((one) => problemsOf(one, bodiless).map((problem) => `${one.method} ${one.path}: ${problem}`)),
  ];
}

interface Placed {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

function problemsOf({ path, method, operation }: Placed, bodiless: readonly string[]): string[] {
  const { summary, security, parameters = [], requestBody, responses = {} } = operation;
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const bodies = Object.values(requestBody?.content ?? {});
  const takesBody = /^(post|put|patch)$/.test(method) && !bodiless.includes(`${method} ${path}`);
  const isOurs = path.startsWith('/v1/');
  const answered = Object.entries(responses).filter(([status]) => status.startsWith('2'));
  const checks: readonly [boolean, string][] = [
    [!summary, 'no summary'],
    [
      inPath.some((name) => !parameters.some((one) => one.in === 'path' && one.name === name)),
      'a path parameter is not told',
    ],
    [parameters.some(({ schema }) => !hasContent(schema)), 'a parameter without a schema'],
    [takesBody && !bodies.some(({ schema }) => hasContent(schema)), 'no body'],
    [answered.length !== 1 || !answered[0]![1].content, 'no answer'],
    [isOurs && !answered.some(([, { content }]) => schemasOf(content).some(hasContent)), 'an answer without a schema'],
    [isOurs && !('application/problem+json' in (responses['default']?.content ?? {})), 'no answer when it is refused'],
    [isOurs && security?.length === 0, 'nobody is asked who they are'],
  ];
  return checks.flatMap(([isWrong, problem]) => (isWrong ? [problem] : []));
}

const hasContent = (schema: unknown): boolean =>
  typeof schema === 'object' && schema !== null && Object.keys(schema).length > 0;

const schemasOf = (content: object | undefined): unknown[] =>
  Object.entries((content ?? {}) as Readonly<Record<string, { readonly schema?: unknown }>>).map(
    ([mediaType, { schema }]) => (mediaType === 'application/json' ? schema : { mediaType }),
  );
