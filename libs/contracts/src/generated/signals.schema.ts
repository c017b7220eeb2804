// Made from schemas/*/value.avsc by tools/generate.mjs; change the schema, then run `npm run generate`.

export const signalsSchema = {
  type: 'record',
  name: 'Signal',
  namespace: 'io.windlass.v1',
  doc: 'One event about a source',
  fields: [
    { name: 'source', type: 'string', doc: 'The asset; also the record key' },
    {
      name: 'id',
      type: 'string',
      doc: 'Unique per event; a repeated id is a duplicate and is dropped within the dedupe horizon',
    },
    { name: 'name', type: 'string', doc: 'What kind of event; window types read signals by this name' },
    {
      name: 'eventTimeUs',
      type: { type: 'long', logicalType: 'timestamp-micros' },
      doc: 'When it happened at the source, UTC',
    },
    {
      name: 'phase',
      type: { type: 'enum', name: 'Phase', symbols: ['POINT', 'START', 'STOP', 'WATERMARK'] },
      doc: 'POINT, START or STOP of a stretch, or WATERMARK: everything before eventTimeUs has arrived',
      default: 'POINT',
    },
    {
      name: 'values',
      type: { type: 'map', values: 'double' },
      doc: 'At most 64 measured values by channel',
      default: {},
    },
    { name: 'count', type: 'long', doc: 'Samples this signal stands for', default: 1 },
    { name: 'correlation', type: ['null', 'string'], doc: 'Matches a STOP to its START', default: null },
    {
      name: 'metadata',
      type: { type: 'map', values: ['null', 'boolean', 'double', 'string'] },
      doc: 'At most 16 KiB',
      default: {},
    },
    { name: 'cause', type: ['null', 'string'], doc: 'Why the hub wrote it itself, for instance idle', default: null },
    {
      name: 'units',
      type: { type: 'map', values: 'string' },
      doc: "UCUM units of values, by channel, where the sender says so; another than the kind's channel has goes to the dead letters",
      default: {},
    },
  ],
} as const;
