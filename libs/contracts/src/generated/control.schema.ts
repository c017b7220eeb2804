// Made from schemas/*/value.avsc by tools/generate.mjs; change the schema, then run `npm run generate`.

export const controlSchema = {
  type: 'record',
  name: 'Control',
  namespace: 'io.windlass.v1',
  doc: 'A hint to all instances of a processor',
  fields: [
    { name: 'processor', type: 'string' },
    { name: 'kind', type: { type: 'enum', name: 'ControlKind', symbols: ['CANCEL'] } },
    { name: 'taskId', type: 'string' },
    { name: 'executionIds', type: { type: 'array', items: 'string' } },
    { name: 'reason', type: 'string' },
    { name: 'atUs', type: { type: 'long', logicalType: 'timestamp-micros' } },
  ],
} as const;
