import { z } from 'zod';

export type Json = Readonly<Record<string, unknown>>;

export interface ConvertedSchema {
  readonly schema: Json;
  /** Those that it refers to, by name. */
  readonly components: Readonly<Record<string, Json>>;
}

/** JSON Schema as OpenAPI 3.1 has it: named parts become components. `input`: what is sent; `output`: what is answered. */
export function openApiSchema(given: unknown, io: 'input' | 'output'): ConvertedSchema {
  const {
    $schema: _,
    $defs = {},
    ...schema
  } = withRefs(z.toJSONSchema(given as z.ZodType, { io, target: 'draft-2020-12', unrepresentable: 'any' })) as Json & {
    readonly $defs?: Readonly<Record<string, Json>>;
  };
  return {
    schema,
    components: Object.fromEntries(Object.entries($defs).map(([name, { id: _id, ...part }]) => [name, part])),
  };
}

/** `#/$defs/X` of a schema by itself is `#/components/schemas/X` of the document. */
function withRefs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withRefs);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inside]) => [
      key,
      key === '$ref' && typeof inside === 'string'
        ? inside.replace('#/$defs/', '#/components/schemas/')
        : withRefs(inside),
    ]),
  );
}
