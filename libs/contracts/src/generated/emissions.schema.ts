// Made from schemas/*/value.avsc by tools/generate.mjs; change the schema, then run `npm run generate`.

export const emissionsSchema = {
  type: 'record',
  name: 'Emission',
  namespace: 'io.windlass.v1',
  doc: 'Opens a window by hand or from outside',
  fields: [
    { name: 'id', type: 'string' },
    { name: 'windowType', type: 'string', doc: 'name@version of the window type to open' },
    { name: 'key', type: 'string', doc: 'Source (or group) whose window this is' },
    { name: 'startUs', type: { type: 'long', logicalType: 'timestamp-micros' }, doc: 'Inclusive' },
    { name: 'endUs', type: { type: 'long', logicalType: 'timestamp-micros' }, doc: 'Exclusive; greater than startUs' },
    {
      name: 'emissionKey',
      type: ['null', 'string'],
      doc: 'Tells apart two windows with one start; default is the start',
      default: null,
    },
    { name: 'metadata', type: { type: 'map', values: ['null', 'boolean', 'double', 'string'] }, default: {} },
    { name: 'parentWindowId', type: ['null', 'string'], default: null },
    { name: 'owner', type: ['null', 'string'], doc: 'Who asked', default: null },
  ],
} as const;
