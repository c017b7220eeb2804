import { avroTypeOfSchema } from './avro-types.ts';
import type { Compatibility } from './topics.ts';

/**
 * What hinders a schema from following released ones; empty: compatible. BACKWARD: the new reads what each released one wrote;
 * FULL: also each released one reads what the new writes.
 */
export function checkCompatible({
  current,
  released,
  compatibility,
}: {
  readonly current: object;
  readonly released: readonly { readonly name: string; readonly schema: object }[];
  readonly compatibility: Compatibility;
}): string[] {
  return released.flatMap(({ name, schema }) => [
    ...hindrance(`the current schema cannot read what ${name} wrote`, { reader: current, writer: schema }),
    ...(compatibility === 'FULL_TRANSITIVE'
      ? hindrance(`${name} cannot read what the current schema writes`, { reader: schema, writer: current })
      : []),
  ]);
}

function hindrance(what: string, { reader, writer }: { readonly reader: object; readonly writer: object }): string[] {
  try {
    avroTypeOfSchema(reader).createResolver(avroTypeOfSchema(writer));
    return [];
  } catch (error) {
    return [`${what}: ${(error as Error).message}`];
  }
}
