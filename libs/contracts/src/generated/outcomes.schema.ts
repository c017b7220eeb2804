// Made from schemas/*/value.avsc by tools/generate.mjs; change the schema, then run `npm run generate`.

export const outcomesSchema = {
  type: 'record',
  name: 'OutcomeEvent',
  namespace: 'io.windlass.v1',
  doc: 'What became known about one window in one step of the router',
  fields: [
    { name: 'windowId', type: 'string', doc: '32 hex digits; hashes what is known when the window opens' },
    { name: 'generation', type: 'int', doc: '0 live; each replay takes the next', default: 0 },
    { name: 'version', type: 'long', doc: 'Grows with every record about this window; the highest applied wins' },
    { name: 'windowType', type: 'string', doc: 'name@version' },
    { name: 'key', type: 'string', doc: 'Source or group' },
    { name: 'startUs', type: { type: 'long', logicalType: 'timestamp-micros' }, doc: 'Inclusive' },
    { name: 'endUs', type: { type: 'long', logicalType: 'timestamp-micros' }, doc: 'Exclusive' },
    { name: 'revision', type: 'int' },
    { name: 'isFinal', type: 'boolean' },
    { name: 'parentWindowId', type: ['null', 'string'], default: null },
    { name: 'metadata', type: { type: 'map', values: ['null', 'boolean', 'double', 'string'] }, default: {} },
    { name: 'completeness', type: ['null', 'double'], default: null },
    { name: 'dagRevision', type: 'long' },
    { name: 'policyRevision', type: 'long' },
    { name: 'lane', type: { type: 'enum', name: 'Lane', symbols: ['LIVE', 'REPLAY', 'TRY'] }, default: 'LIVE' },
    { name: 'depth', type: 'int', default: 0 },
    {
      name: 'outcomes',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: 'Outcome',
          doc: 'The immutable verdict on one run of one algorithm on one window',
          fields: [
            { name: 'executionId', type: 'string' },
            { name: 'algorithm', type: 'string', doc: 'name@version' },
            { name: 'run', type: 'int' },
            { name: 'attempt', type: 'int', doc: 'Attempts used; 0 when it never started' },
            {
              name: 'state',
              type: { type: 'enum', name: 'OutcomeState', symbols: ['SUCCEEDED', 'FAILED', 'SKIPPED', 'CANCELLED'] },
            },
            {
              name: 'reason',
              type: [
                'null',
                {
                  type: 'record',
                  name: 'Reason',
                  doc: 'Why not SUCCEEDED',
                  fields: [
                    { name: 'code', type: 'string' },
                    { name: 'message', type: 'string' },
                    { name: 'stack', type: ['null', 'string'], default: null },
                    { name: 'because', type: ['null', 'string'], doc: 'Execution id that caused it', default: null },
                  ],
                },
              ],
              default: null,
            },
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
            { name: 'unit', type: ['null', 'string'], default: null },
            {
              name: 'inputs',
              type: {
                type: 'array',
                items: {
                  type: 'record',
                  name: 'InputReference',
                  doc: 'An accepted input',
                  fields: [
                    { name: 'executionId', type: 'string' },
                    { name: 'algorithm', type: 'string' },
                    {
                      name: 'relation',
                      type: {
                        type: 'enum',
                        name: 'Relation',
                        symbols: ['SAME', 'PARENT', 'CHILDREN', 'PREVIOUS', 'MEMBERS'],
                      },
                    },
                    { name: 'windowId', type: 'string' },
                  ],
                },
              },
              default: [],
            },
            { name: 'staleInput', type: 'boolean', default: false },
            {
              name: 'emissions',
              type: {
                type: 'array',
                items: {
                  type: 'record',
                  name: 'OutcomeEmission',
                  doc: 'A child window to open',
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
            {
              name: 'knownAtUs',
              type: { type: 'long', logicalType: 'timestamp-micros' },
              doc: 'Processing time of the router',
            },
            { name: 'startedAtUs', type: ['null', { type: 'long', logicalType: 'timestamp-micros' }], default: null },
            { name: 'endedAtUs', type: ['null', { type: 'long', logicalType: 'timestamp-micros' }], default: null },
            { name: 'cpuMs', type: ['null', 'double'], default: null },
            { name: 'processor', type: 'string' },
            { name: 'processorVersion', type: ['null', 'string'], default: null },
            { name: 'instance', type: ['null', 'string'], default: null },
          ],
        },
      },
      default: [],
    },
    {
      name: 'withdrawn',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: 'Withdrawal',
          doc: 'What no longer holds',
          fields: [
            { name: 'executionId', type: 'string' },
            { name: 'algorithm', type: 'string' },
            { name: 'run', type: 'int' },
            { name: 'reason', type: 'string' },
            { name: 'knownAtUs', type: { type: 'long', logicalType: 'timestamp-micros' } },
          ],
        },
      },
      default: [],
    },
    { name: 'runComplete', type: 'boolean', doc: 'Every execution of this revision is terminal' },
    {
      name: 'openersComplete',
      type: 'boolean',
      doc: 'Every execution of this revision that may open windows is terminal; others may wait for what those windows give. Follows from runComplete',
      default: false,
    },
  ],
} as const;
