// Made from schemas/*/value.avsc by tools/generate.mjs; change the schema, then run `npm run generate`.

export const panesSchema = {
  type: 'record',
  name: 'PaneEvent',
  namespace: 'io.windlass.v1',
  doc: 'What happened to a window',
  fields: [
    {
      name: 'event',
      type: [
        {
          type: 'record',
          name: 'Pane',
          doc: 'One firing of one window',
          fields: [
            { name: 'windowId', type: 'string', doc: '32 hex digits; hashes what is known when the window opens' },
            { name: 'generation', type: 'int', doc: '0 live; each replay takes the next', default: 0 },
            {
              name: 'version',
              type: 'long',
              doc: 'Grows with every record about this window; the highest applied wins',
            },
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
                      {
                        name: 'name',
                        type: 'string',
                        doc: 'What kind of event; window types read signals by this name',
                      },
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
        {
          type: 'record',
          name: 'WindowWithdrawn',
          doc: 'This window never was; its results no longer hold',
          fields: [
            { name: 'windowId', type: 'string', doc: '32 hex digits; hashes what is known when the window opens' },
            { name: 'generation', type: 'int', doc: '0 live; each replay takes the next', default: 0 },
            {
              name: 'version',
              type: 'long',
              doc: 'Grows with every record about this window; the highest applied wins',
            },
            { name: 'windowType', type: 'string', doc: 'name@version' },
            { name: 'key', type: 'string', doc: 'Source or group' },
            { name: 'startUs', type: { type: 'long', logicalType: 'timestamp-micros' }, doc: 'Inclusive' },
            { name: 'endUs', type: { type: 'long', logicalType: 'timestamp-micros' }, doc: 'Exclusive' },
            {
              name: 'replacedBy',
              type: { type: 'array', items: 'string' },
              doc: 'Ids of the windows that stand in its place',
              default: [],
            },
            { name: 'reason', type: 'string' },
            {
              name: 'outside',
              type: [
                'null',
                {
                  type: 'record',
                  name: 'ParentBounds',
                  doc: 'All children of this parent outside [startUs, endUs) are withdrawn',
                  fields: [
                    { name: 'parentWindowId', type: 'string' },
                    { name: 'startUs', type: { type: 'long', logicalType: 'timestamp-micros' } },
                    { name: 'endUs', type: { type: 'long', logicalType: 'timestamp-micros' } },
                  ],
                },
              ],
              default: null,
            },
          ],
        },
        {
          type: 'record',
          name: 'WindowFinalized',
          doc: 'The last revision is final; the trigger forgets the window',
          fields: [
            { name: 'windowId', type: 'string', doc: '32 hex digits; hashes what is known when the window opens' },
            { name: 'generation', type: 'int', doc: '0 live; each replay takes the next', default: 0 },
            {
              name: 'version',
              type: 'long',
              doc: 'Grows with every record about this window; the highest applied wins',
            },
            { name: 'windowType', type: 'string', doc: 'name@version' },
            { name: 'key', type: 'string', doc: 'Source or group' },
            { name: 'startUs', type: { type: 'long', logicalType: 'timestamp-micros' }, doc: 'Inclusive' },
            { name: 'endUs', type: { type: 'long', logicalType: 'timestamp-micros' }, doc: 'Exclusive' },
            { name: 'revision', type: 'int' },
            { name: 'dagRevision', type: 'long' },
            { name: 'finalizedAtUs', type: { type: 'long', logicalType: 'timestamp-micros' } },
            {
              name: 'members',
              type: ['null', 'int'],
              doc: 'As in a pane, and now: members that were silent when the last one fired may have come since; null: nothing is joined, or not known',
              default: null,
            },
          ],
        },
        {
          type: 'record',
          name: 'ChildrenClosed',
          doc: 'All children of one type are known and have fired',
          fields: [
            { name: 'windowId', type: 'string', doc: '32 hex digits; hashes what is known when the window opens' },
            { name: 'generation', type: 'int', doc: '0 live; each replay takes the next', default: 0 },
            {
              name: 'version',
              type: 'long',
              doc: 'Grows with every record about this window; the highest applied wins',
            },
            { name: 'windowType', type: 'string', doc: 'name@version' },
            { name: 'key', type: 'string', doc: 'Source or group' },
            { name: 'startUs', type: { type: 'long', logicalType: 'timestamp-micros' }, doc: 'Inclusive' },
            { name: 'endUs', type: { type: 'long', logicalType: 'timestamp-micros' }, doc: 'Exclusive' },
            { name: 'childType', type: 'string' },
            { name: 'childWindowIds', type: { type: 'array', items: 'string' }, doc: 'In order of start, then id' },
            {
              name: 'member',
              type: [
                'null',
                {
                  type: 'record',
                  name: 'MemberClosed',
                  doc: "It tells of no window, but how far a member of groups is with what the groups' windows of this type join",
                  fields: [
                    { name: 'groups', type: { type: 'array', items: 'string' } },
                    {
                      name: 'closedUs',
                      type: { type: 'long', logicalType: 'timestamp-micros' },
                      doc: 'Its windows that end by then have fired',
                    },
                    {
                      name: 'settledUs',
                      type: ['null', { type: 'long', logicalType: 'timestamp-micros' }],
                      doc: 'No window that ends by then can come any more; null: not known',
                      default: null,
                    },
                    { name: 'dagRevision', type: 'long' },
                  ],
                },
              ],
              default: null,
            },
          ],
        },
      ],
    },
  ],
} as const;
