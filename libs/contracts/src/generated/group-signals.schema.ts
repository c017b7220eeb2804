// Made from schemas/*/value.avsc by tools/generate.mjs; change the schema, then run `npm run generate`.

export const groupSignalsSchema = {
  type: 'record',
  name: 'GroupSignal',
  namespace: 'io.windlass.v1',
  doc: "What a member did that a group's windows need",
  fields: [
    { name: 'group', type: 'string', doc: 'Also the record key' },
    { name: 'source', type: 'string' },
    { name: 'windowType', type: 'string' },
    { name: 'generation', type: 'int', default: 0 },
    { name: 'watermarkUs', type: ['null', { type: 'long', logicalType: 'timestamp-micros' }], default: null },
    { name: 'isIdle', type: 'boolean', default: false },
    { name: 'elements', type: 'long', default: 0 },
    { name: 'firstUs', type: ['null', { type: 'long', logicalType: 'timestamp-micros' }], default: null },
    { name: 'lastUs', type: ['null', { type: 'long', logicalType: 'timestamp-micros' }], default: null },
    { name: 'sequence', type: 'long', doc: 'Grows per member; lower is ignored' },
  ],
} as const;
