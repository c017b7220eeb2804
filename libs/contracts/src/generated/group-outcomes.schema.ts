// Made from schemas/*/value.avsc by tools/generate.mjs; change the schema, then run `npm run generate`.

export const groupOutcomesSchema = {
  type: 'record',
  name: 'GroupOutcome',
  namespace: 'io.windlass.v1',
  doc: "How an algorithm stands on a member's window that a group's windows need; or how far the member is",
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
    {
      name: 'state',
      type: 'string',
      doc: 'Of the current run: PENDING, SUCCEEDED, FAILED, SKIPPED, CANCELLED; NONE: there is no run; CLOSED: no algorithm is meant, but what closedUs says',
      default: 'SUCCEEDED',
    },
    {
      name: 'verdict',
      type: [
        'null',
        {
          type: 'record',
          name: 'GroupVerdict',
          doc: 'The latest that stands',
          fields: [
            { name: 'executionId', type: 'string' },
            { name: 'run', type: 'int' },
            { name: 'revision', type: 'int' },
            { name: 'state', type: 'string' },
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
            { name: 'completeness', type: ['null', 'double'], default: null },
          ],
        },
      ],
      doc: 'Its result is `result`',
      default: null,
    },
    { name: 'value', type: 'int', doc: 'Grows when a verdict differs from the one before', default: 0 },
    { name: 'cascade', type: 'int', doc: 'How many revised results one after the other led to the run', default: 0 },
    { name: 'isFirm', type: 'boolean', doc: 'Nothing of it can change any more', default: false },
    {
      name: 'timing',
      type: { type: 'enum', name: 'Timing', symbols: ['EARLY', 'ON_TIME', 'LATE'] },
      default: 'ON_TIME',
    },
    { name: 'completeness', type: ['null', 'double'], default: null },
    { name: 'metadata', type: { type: 'map', values: ['null', 'boolean', 'double', 'string'] }, default: {} },
    { name: 'dagRevision', type: 'long', default: 0 },
    { name: 'lane', type: { type: 'enum', name: 'Lane', symbols: ['LIVE', 'REPLAY', 'TRY'] }, default: 'LIVE' },
    {
      name: 'closedUs',
      type: ['null', { type: 'long', logicalType: 'timestamp-micros' }],
      doc: 'Windows of the member that end by then have fired; set only when CLOSED',
      default: null,
    },
    {
      name: 'settledUs',
      type: ['null', { type: 'long', logicalType: 'timestamp-micros' }],
      doc: 'No window of the member that ends by then can come any more',
      default: null,
    },
  ],
} as const;
