/** The packed state of a window, beside its panes. A new field needs a default: rows written before are read by resolution. */
export const stateSchema = {
  type: 'record',
  name: 'WindowState',
  namespace: 'io.windlass.router',
  fields: [
    { name: 'outcomeVersion', type: 'long' },
    { name: 'paneBytes', type: 'int' },
    { name: 'waitingBytes', type: 'int' },
    { name: 'waitingOwed', type: 'int' },
    { name: 'finalized', type: 'boolean' },
    { name: 'withdrawn', type: 'boolean' },
    { name: 'firm', type: 'boolean' },
    { name: 'firstRun', type: 'int' },
    { name: 'completedRevision', type: 'int' },
    { name: 'completedFinal', type: 'boolean' },
    { name: 'deadlineUs', type: ['null', 'long'] },
    { name: 'children', type: { type: 'map', values: { type: 'array', items: 'string' } } },
    {
      name: 'executions',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: 'Execution',
          fields: [
            { name: 'algorithm', type: 'string' },
            { name: 'processor', type: 'string' },
            { name: 'executionId', type: 'string' },
            { name: 'run', type: 'int' },
            { name: 'attempt', type: 'int' },
            {
              name: 'state',
              type: {
                type: 'enum',
                name: 'ExecutionState',
                symbols: ['PENDING', 'QUEUED', 'DISPATCHED', 'SUCCEEDED', 'FAILED', 'SKIPPED', 'CANCELLED'],
              },
            },
            { name: 'revision', type: 'int' },
            { name: 'openedUs', type: 'long' },
            { name: 'notBeforeUs', type: 'long' },
            { name: 'taskId', type: ['null', 'string'] },
            { name: 'dispatchedUs', type: 'long' },
            {
              name: 'inputs',
              type: {
                type: 'array',
                items: {
                  type: 'record',
                  name: 'Input',
                  fields: [
                    { name: 'dependency', type: 'int' },
                    { name: 'algorithm', type: 'string' },
                    {
                      name: 'relation',
                      type: {
                        type: 'enum',
                        name: 'Relation',
                        symbols: ['SAME', 'PARENT', 'CHILDREN', 'PREVIOUS', 'MEMBERS'],
                      },
                    },
                    { name: 'window', type: 'string' },
                    { name: 'windowId', type: 'string' },
                    { name: 'executionId', type: 'string' },
                    { name: 'value', type: 'int' },
                  ],
                },
              },
            },
            { name: 'value', type: 'int' },
            { name: 'cascade', type: 'int' },
            {
              name: 'settledBy',
              type: ['null', { type: 'enum', name: 'SettledBy', symbols: ['attempt', 'inputs', 'window'] }],
            },
            { name: 'staleInput', type: 'boolean' },
            {
              name: 'settled',
              type: [
                'null',
                {
                  type: 'record',
                  name: 'Settled',
                  fields: [
                    { name: 'executionId', type: 'string' },
                    { name: 'run', type: 'int' },
                    { name: 'revision', type: 'int' },
                    {
                      name: 'state',
                      type: {
                        type: 'enum',
                        name: 'OutcomeState',
                        symbols: ['SUCCEEDED', 'FAILED', 'SKIPPED', 'CANCELLED'],
                      },
                    },
                    {
                      name: 'reason',
                      type: [
                        'null',
                        {
                          type: 'record',
                          name: 'Reason',
                          fields: [
                            { name: 'code', type: 'string' },
                            { name: 'message', type: 'string' },
                            { name: 'stack', type: ['null', 'string'] },
                            { name: 'because', type: ['null', 'string'] },
                          ],
                        },
                      ],
                    },
                    { name: 'result', type: ['null', 'bytes'] },
                    { name: 'resultBytes', type: 'int' },
                    { name: 'told', type: ['null', 'bytes'] },
                    { name: 'completeness', type: ['null', 'double'], default: null },
                  ],
                },
              ],
            },
            { name: 'heldBy', type: ['null', 'string'], default: null },
            {
              name: 'failures',
              type: {
                type: 'array',
                items: {
                  type: 'record',
                  name: 'FailedAttempt',
                  fields: [
                    { name: 'run', type: 'int' },
                    { name: 'attempt', type: 'int' },
                    { name: 'code', type: 'string' },
                    { name: 'message', type: 'string' },
                    { name: 'stack', type: ['null', 'string'] },
                    { name: 'atUs', type: 'long' },
                    { name: 'instance', type: ['null', 'string'] },
                  ],
                },
              },
              default: [],
            },
          ],
        },
      },
    },
  ],
} as const;
