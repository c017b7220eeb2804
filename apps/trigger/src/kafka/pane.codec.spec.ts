import { describe, expect, it } from '@jest/globals';
import { encodeRecord, readerOf, schemaOf, splitWireFormat } from '@windlass/contracts';
import { toMemberClosed } from './pane.codec.ts';

describe('how far a member is', () => {
  it('travels as children closed of a window that nobody has, with what it says beside that', () => {
    const closed = {
      windowType: 'quarter@1',
      key: 'pump-1',
      groups: ['line-1', 'line-2'],
      closedUs: 900,
      settledUs: null,
      dagRevision: 3,
    };
    const { body } = splitWireFormat(encodeRecord('panes', 1, toMemberClosed(closed)));
    const { groups, closedUs, settledUs, dagRevision } = closed;
    expect(readerOf('panes', schemaOf('panes'))(body)).toEqual({
      event: {
        'io.windlass.v1.ChildrenClosed': {
          windowId: expect.stringMatching(/^[0-9a-f]{32}$/),
          generation: 0,
          version: 0,
          windowType: 'quarter@1',
          key: 'pump-1',
          startUs: 899,
          endUs: 900,
          childType: 'quarter@1',
          childWindowIds: [],
          member: { groups, closedUs, settledUs, dagRevision },
        },
      },
    });
  });
});
