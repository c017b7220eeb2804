import type { MetadataField } from './model.ts';

/** Limits of an expression, checked when it is parsed; evaluation has no loops beyond the lists it is given. */
export const LIMITS = {
  maxAstNodes: 500,
  maxDepth: 30,
  maxListElements: 100,
  maxMapEntries: 100,
  maxCallArguments: 16,
};

export type CelSchema = { [field: string]: string | CelSchema };
export type CelType = string | CelSchema;

export const variable = (name: string, type: CelType) =>
  typeof type === 'string' ? { name, type } : { name, schema: type };

/** The type of `metadata` in an expression: of declared fields each its own. */
export function metadataSchema(metadata: Readonly<Record<string, MetadataField>>): CelType {
  const fields = Object.entries(metadata).map(
    ([name, { type }]) => [name, type === 'boolean' ? 'bool' : type] as const,
  );
  return fields.length > 0 ? Object.fromEntries(fields) : 'map';
}

/** What cel-js has to say; the lines after the first draw where. */
export const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
