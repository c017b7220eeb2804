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
    {
      name: 'extension',
      doc: 'What it is when it is none of the kinds; `kind`, `name` and `body` are then a removal of a source that never was, which readers from before ignore',
      type: [
        'null',
        {
          type: 'record',
          name: 'RegistryExtension',
          doc: 'An entity that the kinds cannot say',
          fields: [
            { name: 'kind', type: 'string', doc: 'HOLD; whoever does not know it passes it over' },
            { name: 'name', type: 'string', doc: 'Of the entity: kind and name of what is held, `processor/health`' },
            { name: 'body', type: 'string', doc: 'JSON; its shape is in docs/reference' },
          ],
        },
      ],
      default: null,
    },
  ],
} as const;
