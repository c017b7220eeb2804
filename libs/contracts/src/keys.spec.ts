import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkPartitions, isPartitionCount, murmur2, partitionOf, slotOf } from './keys.ts';

describe('murmur2', () => {
  // From Kafka's own UtilsTest.testMurmur2.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s as Java does', (text, hash) => {
    expect(murmur2(Buffer.from(text))).toBe(hash);
  });
});

describe('slots and partitions', () => {
  it('a slot’s partition is the one Kafka’s own partitioner gives the key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 0, max: 10 }), (key, exponent) => {
        const partitions = 2 ** exponent;
        const kafkas = (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions;
        return partitionOf(slotOf(key), partitions) === kafkas;
      }),
    );
  });

  it.each([0, 3, 6, 1.5, 2048, -2, Number.NaN])('%d is no partition count', (partitions) => {
    expect(isPartitionCount(partitions)).toBe(false);
    expect(() => checkPartitions(partitions)).toThrow('must be a power of two');
  });
});
