import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { groupMessages } from './group-messages.ts';

const kafkajsGrouping = createRequire(import.meta.url)(
  'kafkajs/src/producer/groupMessagesPerPartition.js',
) as typeof groupMessages;

describe('groupMessages', () => {
  it('groups as kafkajs does', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(7)), fc.nat(8), (messages, partitions) => {
        const grouping = {
          topic: 't',
          partitionMetadata: Array.from({ length: partitions }),
          messages,
          partitioner: ({ message }: { readonly message: number }) => message % partitions,
        };
        expect(groupMessages(grouping)).toEqual(kafkajsGrouping(grouping));
      }),
    );
  });
});
