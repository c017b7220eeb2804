import { describe, expect, it } from '@jest/globals';
import { addressOf, traceOf } from './task-headers.ts';

describe('what the headers of a task say', () => {
  it('is enough to answer it, or nothing', () => {
    const headers = { 'windlass-id': 't', 'windlass-home-partition': '2', 'windlass-attempt': 'e1:4,broken,e2:1' };
    expect(addressOf(headers)).toEqual({
      taskId: 't',
      homePartition: 2,
      executions: [
        { executionId: 'e1', attempt: 4 },
        { executionId: 'e2', attempt: 1 },
      ],
    });
    for (const name of Object.keys(headers)) expect(addressOf({ ...headers, [name]: undefined })).toBeUndefined();
  });

  it('is the trace it belongs to', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    expect(traceOf({ traceparent: Buffer.from(traceparent), tracestate: 'a=1' })).toEqual({
      traceparent,
      tracestate: 'a=1',
    });
    expect(traceOf({ traceparent })).toEqual({ traceparent });
    expect(traceOf({ tracestate: 'a=1' })).toBeUndefined();
    expect(traceOf({ traceparent: [traceparent, traceparent] })).toBeUndefined();
  });
});
