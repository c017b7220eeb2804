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
    {
      name: 'watermarkUs',
      type: ['null', { type: 'long', logicalType: 'timestamp-micros' }],
      default: null,
      doc: 'By its data; null: as before',
    },
    {
      name: 'isIdle',
      type: 'boolean',
      default: false,
      doc: "Silent: it holds the firing of the group's windows up no more",
    },
    {
      name: 'elements',
      type: 'long',
      default: 0,
      doc: 'Samples that it has counted in the window [firstUs, lastUs) of the group since it last told',
    },
    { name: 'firstUs', type: ['null', { type: 'long', logicalType: 'timestamp-micros' }], default: null },
    { name: 'lastUs', type: ['null', { type: 'long', logicalType: 'timestamp-micros' }], default: null },
    {
      name: 'idleUs',
      type: ['null', { type: 'long', logicalType: 'timestamp-micros' }],
      doc: 'Where silence has moved its watermark',
      default: null,
    },
    {
      name: 'isGone',
      type: 'boolean',
      doc: 'Silent for so long that it does not hold up what is final either',
      default: false,
    },
    { name: 'sequence', type: 'long', doc: 'Grows per member; lower is ignored' },
  ],
} as const;
