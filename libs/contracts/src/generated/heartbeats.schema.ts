// Made from schemas/*/value.avsc by tools/generate.mjs; change the schema, then run `npm run generate`.

export const heartbeatsSchema = {
  type: 'record',
  name: 'Heartbeat',
  namespace: 'io.windlass.v1',
  doc: 'A processor instance is alive',
  fields: [
    { name: 'processor', type: 'string' },
    { name: 'processorVersion', type: 'string' },
    { name: 'instance', type: 'string' },
    { name: 'host', type: 'string' },
    { name: 'sdk', type: 'string', doc: 'Language and version' },
    { name: 'state', type: { type: 'enum', name: 'InstanceState', symbols: ['RUNNING', 'DRAINING', 'STOPPED'] } },
    { name: 'algorithms', type: { type: 'array', items: 'string' } },
    { name: 'inFlight', type: 'int' },
    { name: 'lagRecords', type: ['null', 'long'], default: null },
    { name: 'startedAtUs', type: { type: 'long', logicalType: 'timestamp-micros' } },
    { name: 'atUs', type: { type: 'long', logicalType: 'timestamp-micros' } },
  ],
} as const;
