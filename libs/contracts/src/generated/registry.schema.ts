// Made from schemas/*/value.avsc by tools/generate.mjs; change the schema, then run `npm run generate`.

export const registrySchema = {
  type: 'record',
  name: 'RegistryEntry',
  namespace: 'io.windlass.v1',
  doc: 'One entity of the registry as it now stands',
  fields: [
    { name: 'kind', type: { type: 'enum', name: 'RegistryKind', symbols: ['REVISION', 'POLICY', 'SOURCE'] } },
    { name: 'name', type: 'string', doc: 'Revision number, window type or source' },
    { name: 'number', type: 'long', doc: 'Revision of this entity; grows' },
    { name: 'body', type: 'string', doc: 'JSON; its shape is in docs/reference' },
    { name: 'changedBy', type: 'string' },
    { name: 'changedAtUs', type: { type: 'long', logicalType: 'timestamp-micros' } },
  ],
} as const;
