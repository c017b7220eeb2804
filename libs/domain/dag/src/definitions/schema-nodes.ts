import { z } from 'zod';

/** A part of a JSON Schema. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly anyOf?: readonly SchemaNode[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
}

/** What a schema says of the value at a path. */
export interface Wanted {
  /** What it is, in words; undefined: nobody has said. */
  readonly meaning?: string;
  /** The alternatives. */
  readonly nodes: readonly SchemaNode[];
}

const roots = new WeakMap<z.ZodType, SchemaNode>();

/** The schema as JSON Schema of what people write; made once. */
function rootOf(schema: z.ZodType): SchemaNode {
  let root = roots.get(schema);
  if (!root) {
    root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SchemaNode;
    roots.set(schema, root);
  }
  return root;
}

/** What the value at this path should be. */
export function wantedAt(schema: z.ZodType, path: readonly PropertyKey[]): Wanted {
  const root = rootOf(schema);
  let heads: readonly SchemaNode[] = [root];
  for (const key of path) heads = heads.flatMap((head) => alternatives(root, head)).flatMap((node) => into(node, key));
  const meaning = heads.flatMap((head) => said(root, head))[0];
  return {
    nodes: heads.flatMap((head) => alternatives(root, head)),
    // Links are for the page that is made of it.
    ...(meaning !== undefined && { meaning: meaning.replace(/ \(\[more\]\([^)]*\)\)/g, '') }),
  };
}

function alternatives(root: SchemaNode, node: SchemaNode): readonly SchemaNode[] {
  const referred = referredBy(root, node);
  if (referred) return alternatives(root, referred);
  return node.anyOf ? node.anyOf.flatMap((one) => alternatives(root, one)) : [node];
}

function said(root: SchemaNode, node: SchemaNode): string[] {
  if (node.description !== undefined) return [node.description];
  const referred = referredBy(root, node);
  return referred ? said(root, referred) : [];
}

/** `#` alone is the root itself. */
function referredBy(root: SchemaNode, { $ref }: SchemaNode): SchemaNode | undefined {
  if ($ref === undefined) return undefined;
  return $ref === '#' ? root : root.$defs?.[$ref.split('/').at(-1)!];
}

function into({ properties, items, additionalProperties }: SchemaNode, key: PropertyKey): SchemaNode[] {
  if (typeof key === 'number') return items ? [items] : [];
  const own = properties?.[String(key)];
  if (own) return [own];
  return typeof additionalProperties === 'object' ? [additionalProperties] : [];
}
