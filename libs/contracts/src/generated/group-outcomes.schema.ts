// Made from schemas/*/value.avsc by tools/generate.mjs; change the schema, then run `npm run generate`.

export const groupOutcomesSchema = {
  type: 'record',
  name: 'GroupOutcome',
  namespace: 'io.windlass.v1',
  doc: "A member's result that a group's windows need",
  fields: [
    { name: 'group', type: 'string', doc: 'Also the record key' },
    { name: 'windowId', type: 'string', doc: '32 hex digits; hashes what is known when the window opens' },
    { name: 'generation', type: 'int', doc: '0 live; each replay takes the next', default: 0 },
    { name: 'version', type: 'long', doc: 'Grows with every record about this window; the highest applied wins' },
    { name: 'windowType', type: 'string', doc: 'name@version' },
    { name: 'key', type: 'string', doc: 'Source or group' },
    { name: 'startUs', type: { type: 'long', logicalType: 'timestamp-micros' }, doc: 'Inclusive' },
    { name: 'endUs', type: { type: 'long', logicalType: 'timestamp-micros' }, doc: 'Exclusive' },
    { name: 'isFinal', type: 'boolean' },
    { name: 'revision', type: 'int' },
    { name: 'executionId', type: 'string' },
    { name: 'algorithm', type: 'string' },
    { name: 'run', type: 'int' },
    { name: 'withdrawn', type: 'boolean', default: false },
    {
      name: 'result',
      type: [
        'null',
        {
          type: 'record',
          name: 'Value',
          doc: 'Any result: 64-bit floats keep NaN and infinities',
          fields: [
            {
              name: 'value',
              type: [
                'null',
                'boolean',
                { type: 'long', logicalType: 'int64' },
                'double',
                'string',
                'bytes',
                {
                  type: 'record',
                  name: 'DoubleArray',
                  doc: 'A dense array of 64-bit floats',
                  fields: [{ name: 'items', type: { type: 'array', items: 'double' } }],
                },
                {
                  type: 'record',
                  name: 'ValueList',
                  doc: 'An ordered list of any values',
                  fields: [{ name: 'items', type: { type: 'array', items: 'Value' } }],
                },
                {
                  type: 'record',
                  name: 'ValueMap',
                  doc: 'A struct: values by field name, each name once',
                  fields: [
                    {
                      name: 'fields',
                      doc: 'An array, because a map of itself cannot be registered everywhere (Apicurio issue 7023)',
                      type: {
                        type: 'array',
                        items: {
                          type: 'record',
                          name: 'ValueField',
                          fields: [
                            { name: 'name', type: 'string' },
                            { name: 'value', type: 'Value' },
                          ],
                        },
                      },
                    },
                  ],
                },
              ],
              default: null,
            },
          ],
        },
      ],
      default: null,
    },
  ],
} as const;
