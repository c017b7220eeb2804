// Made from schemas/*/value.avsc by tools/generate.mjs; change the schema, then run `npm run generate`.

export const noticesSchema = {
  type: 'record',
  name: 'Notice',
  namespace: 'io.windlass.v1',
  doc: 'Something a person should know',
  fields: [
    { name: 'id', type: 'string' },
    { name: 'kind', type: 'string', doc: 'Stable code, for instance GAP or DEAD_LETTER' },
    { name: 'owner', type: 'string' },
    { name: 'severity', type: { type: 'enum', name: 'Severity', symbols: ['INFO', 'WARNING', 'ERROR'] } },
    { name: 'subject', type: 'string' },
    { name: 'message', type: 'string' },
    { name: 'details', type: { type: 'map', values: 'string' }, default: {} },
    { name: 'atUs', type: { type: 'long', logicalType: 'timestamp-micros' } },
  ],
} as const;
