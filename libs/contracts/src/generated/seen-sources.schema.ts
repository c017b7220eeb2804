// Made from schemas/*/value.avsc by tools/generate.mjs; change the schema, then run `npm run generate`.

export const seenSourcesSchema = {
  type: 'record',
  name: 'SeenSource',
  namespace: 'io.windlass.v1',
  doc: 'A source has sent its first signal',
  fields: [
    { name: 'source', type: 'string', doc: 'Also the record key' },
    { name: 'signal', type: 'string', doc: 'Name of the signal' },
    { name: 'eventTimeUs', type: { type: 'long', logicalType: 'timestamp-micros' }, doc: 'Of the signal' },
    { name: 'seenAtUs', type: { type: 'long', logicalType: 'timestamp-micros' }, doc: 'Processing time' },
  ],
} as const;
