// Made from schemas/*/value.avsc by tools/generate.mjs; change the schema, then run `npm run generate`.

export const resultsSchema = {
  type: 'record',
  name: 'ResultRecord',
  namespace: 'io.windlass.v1',
  doc: 'What a processor answers to a task',
  fields: [
    { name: 'taskId', type: 'string' },
    { name: 'kind', type: { type: 'enum', name: 'ResultKind', symbols: ['RESULT', 'PROGRESS'] } },
    {
      name: 'items',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: 'ResultItem',
          doc: 'Of one execution',
          fields: [
            { name: 'executionId', type: 'string' },
            { name: 'attempt', type: 'int' },
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
            {
              name: 'error',
              type: [
                'null',
                {
                  type: 'record',
                  name: 'AlgorithmError',
                  doc: 'Why it failed',
                  fields: [
                    { name: 'class', type: 'string' },
                    { name: 'message', type: 'string' },
                    { name: 'stack', type: ['null', 'string'], default: null },
                    { name: 'retryable', type: 'boolean' },
                    {
                      name: 'code',
                      type: ['null', 'string'],
                      doc: 'TIMEOUT, POISONED, NOT_HERE, CANCELLED or null: the algorithm threw',
                      default: null,
                    },
                  ],
                },
              ],
              default: null,
            },
            {
              name: 'emissions',
              type: {
                type: 'array',
                items: {
                  type: 'record',
                  name: 'ResultEmission',
                  doc: 'A child window found by the algorithm',
                  fields: [
                    { name: 'windowType', type: 'string', doc: 'name@version of the window type to open' },
                    { name: 'key', type: 'string', doc: 'Source (or group) whose window this is' },
                    { name: 'startUs', type: { type: 'long', logicalType: 'timestamp-micros' }, doc: 'Inclusive' },
                    {
                      name: 'endUs',
                      type: { type: 'long', logicalType: 'timestamp-micros' },
                      doc: 'Exclusive; greater than startUs',
                    },
                    {
                      name: 'emissionKey',
                      type: ['null', 'string'],
                      doc: 'Tells apart two windows with one start; default is the start',
                      default: null,
                    },
                    {
                      name: 'metadata',
                      type: { type: 'map', values: ['null', 'boolean', 'double', 'string'] },
                      default: {},
                    },
                  ],
                },
              },
              default: [],
            },
            { name: 'startedAtUs', type: { type: 'long', logicalType: 'timestamp-micros' } },
            { name: 'endedAtUs', type: { type: 'long', logicalType: 'timestamp-micros' } },
            { name: 'cpuMs', type: ['null', 'double'], default: null },
          ],
        },
      },
    },
    { name: 'processor', type: 'string' },
    { name: 'processorVersion', type: 'string' },
    { name: 'instance', type: 'string' },
  ],
} as const;
