// Made from schemas/*/value.avsc by tools/generate.mjs; change the schema, then run `npm run generate`.

export const windowsSchema = {
  type: 'record',
  name: 'Task',
  namespace: 'io.windlass.v1',
  doc: 'One pane and the part of the DAG that this processor can run now',
  fields: [
    { name: 'taskId', type: 'string', doc: 'Random, unguessable' },
    {
      name: 'pane',
      type: {
        type: 'record',
        name: 'Pane',
        doc: 'One firing of one window',
        fields: [
          { name: 'windowId', type: 'string', doc: '32 hex digits; hashes what is known when the window opens' },
          { name: 'generation', type: 'int', doc: '0 live; each replay takes the next', default: 0 },
          { name: 'version', type: 'long', doc: 'Grows with every record about this window; the highest applied wins' },
          { name: 'windowType', type: 'string', doc: 'name@version' },
          { name: 'key', type: 'string', doc: 'Source or group' },
          { name: 'startUs', type: { type: 'long', logicalType: 'timestamp-micros' }, doc: 'Inclusive' },
          { name: 'endUs', type: { type: 'long', logicalType: 'timestamp-micros' }, doc: 'Exclusive' },
          { name: 'revision', type: 'int', doc: '0, 1, 2… without gaps' },
          { name: 'timing', type: { type: 'enum', name: 'Timing', symbols: ['EARLY', 'ON_TIME', 'LATE'] } },
          { name: 'isFinal', type: 'boolean', doc: 'No later revision will come' },
          { name: 'elements', type: 'long', doc: 'Samples in the window so far (sum of signal counts)' },
          { name: 'added', type: 'long', doc: 'Samples added since the last pane' },
          {
            name: 'completeness',
            type: ['null', 'double'],
            doc: '0..1; null when unknown, never a guess',
            default: null,
          },
          {
            name: 'gapUs',
            type: ['null', 'long'],
            doc: 'Longest stretch of the window without an element, its edges included; null when unknown',
            default: null,
          },
          {
            name: 'watermarkUs',
            type: ['null', { type: 'long', logicalType: 'timestamp-micros' }],
            doc: 'Of the window type when the pane fired: how far past (or short of) the end it was tells how sure it is; null when there was none',
            default: null,
          },
          { name: 'parentWindowId', type: ['null', 'string'], default: null },
          {
            name: 'previous',
            type: {
              type: 'array',
              items: {
                type: 'record',
                name: 'PreviousWindows',
                doc: 'Fired windows of the same type and key that precede this one',
                fields: [
                  {
                    name: 'dependency',
                    type: 'string',
                    doc: 'previous(20) or previous(10m): as declared by the algorithms of this type',
                  },
                  {
                    name: 'windowIds',
                    type: { type: 'array', items: 'string' },
                    doc: 'Oldest first; empty: there is none',
                  },
                ],
              },
            },
            default: [],
          },
          { name: 'metadata', type: { type: 'map', values: ['null', 'boolean', 'double', 'string'] }, default: {} },
          {
            name: 'signals',
            type: [
              'null',
              {
                type: 'array',
                items: {
                  type: 'record',
                  name: 'KeptSignal',
                  doc: 'A signal that its window keeps',
                  fields: [
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
                    {
                      name: 'correlation',
                      type: ['null', 'string'],
                      doc: 'Matches a STOP to its START',
                      default: null,
                    },
                    {
                      name: 'metadata',
                      type: { type: 'map', values: ['null', 'boolean', 'double', 'string'] },
                      doc: 'At most 16 KiB',
                      default: {},
                    },
                  ],
                },
              },
            ],
            doc: 'In order of event time, then id; null when the type keeps none',
            default: null,
          },
          {
            name: 'openedBy',
            type: [
              'null',
              {
                type: 'record',
                name: 'OpenedBy',
                doc: 'The accepted result that opened this window',
                fields: [
                  { name: 'windowId', type: 'string' },
                  { name: 'algorithm', type: 'string' },
                  { name: 'executionId', type: ['null', 'string'], default: null },
                ],
              },
            ],
            default: null,
          },
          { name: 'depth', type: 'int', doc: 'Causation depth: 0 for a window opened from outside', default: 0 },
          { name: 'dagRevision', type: 'long', doc: 'Live when the pane fired' },
          { name: 'policyRevision', type: 'long', doc: "Of the window type's availability policy" },
          { name: 'lane', type: { type: 'enum', name: 'Lane', symbols: ['LIVE', 'REPLAY', 'TRY'] }, default: 'LIVE' },
          { name: 'firedAtUs', type: { type: 'long', logicalType: 'timestamp-micros' }, doc: 'Processing time' },
          {
            name: 'source',
            type: [
              'null',
              {
                type: 'record',
                name: 'SourceAttributes',
                doc: 'What a declared source was',
                fields: [
                  { name: 'kind', type: 'string' },
                  {
                    name: 'parents',
                    type: { type: 'array', items: 'string' },
                    doc: "What it was part of: its parent first, then that one's",
                    default: [],
                  },
                  { name: 'groups', type: { type: 'array', items: 'string' }, default: [] },
                  { name: 'labels', type: { type: 'map', values: 'string' }, default: {} },
                  { name: 'zone', type: ['null', 'string'], doc: 'IANA time zone', default: null },
                ],
              },
            ],
            doc: "What the source was at the window's start; null: nobody has declared it, or the key is a group",
            default: null,
          },
          {
            name: 'members',
            type: ['null', 'int'],
            doc: "Of a group's window whose algorithms join its members' results: members that have told the group that they are past its end; null: nothing is joined",
            default: null,
          },
        ],
      },
    },
    { name: 'homePartition', type: 'int', doc: 'Results go back to this partition' },
    {
      name: 'executions',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: 'TaskExecution',
          doc: 'One algorithm to run',
          fields: [
            { name: 'executionId', type: 'string' },
            { name: 'algorithm', type: 'string', doc: 'name@version' },
            { name: 'run', type: 'int' },
            { name: 'attempt', type: 'int', doc: 'From 1' },
            {
              name: 'timeoutMs',
              type: 'long',
              doc: 'Start-to-close limit, kept by the SDK from the moment work starts',
            },
            {
              name: 'after',
              type: { type: 'array', items: 'string' },
              doc: 'Executions of this task whose results it needs first',
              default: [],
            },
            {
              name: 'resolved',
              type: {
                type: 'array',
                items: {
                  type: 'record',
                  name: 'ResolvedAlgorithm',
                  doc: 'What a reference of its registration stands for',
                  fields: [
                    { name: 'asked', type: 'string', doc: 'As registered, for instance indicator@^1.2' },
                    { name: 'algorithm', type: 'string', doc: 'name@version, as inputs name it' },
                  ],
                },
              },
              doc: 'Of its dependencies those that name a range, or a version written otherwise',
              default: [],
            },
            {
              name: 'withheld',
              type: {
                type: 'array',
                items: {
                  type: 'record',
                  name: 'Withheld',
                  fields: [
                    { name: 'dependency', type: 'int', doc: 'Place among the dependencies as registered, from 0' },
                    { name: 'executionIds', type: { type: 'array', items: 'string' } },
                  ],
                },
              },
              doc: 'Inputs of this task that are for others: these dependencies run without them',
              default: [],
            },
          ],
        },
      },
      doc: 'In an order that can be run',
    },
    {
      name: 'inputs',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: 'TaskInput',
          doc: 'An accepted result of another algorithm',
          fields: [
            { name: 'algorithm', type: 'string' },
            {
              name: 'relation',
              type: { type: 'enum', name: 'Relation', symbols: ['SAME', 'PARENT', 'CHILDREN', 'PREVIOUS', 'MEMBERS'] },
            },
            { name: 'executionId', type: 'string' },
            { name: 'windowId', type: 'string' },
            { name: 'generation', type: 'int', default: 0 },
            { name: 'revision', type: 'int' },
            { name: 'startUs', type: { type: 'long', logicalType: 'timestamp-micros' } },
            { name: 'endUs', type: { type: 'long', logicalType: 'timestamp-micros' } },
            { name: 'isFinal', type: 'boolean' },
            { name: 'metadata', type: { type: 'map', values: ['null', 'boolean', 'double', 'string'] }, default: {} },
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
              doc: 'null when it travels by reference',
              default: null,
            },
            { name: 'reference', type: ['null', 'string'], default: null },
            {
              name: 'completeness',
              type: ['null', 'double'],
              doc: '0 to 1, of the pane that the result is about; null: unknown',
              default: null,
            },
            { name: 'key', type: ['null', 'string'], doc: 'Source whose window it is; null: not told', default: null },
          ],
        },
      },
      doc: 'By relation, then start, oldest first',
      default: [],
    },
  ],
} as const;
