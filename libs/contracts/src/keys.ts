import { ContractError } from './errors.ts';

/** Slots of the key space. State tables begin their key with the slot, so a change of the partition count moves no rows. */
export const slotCount = 1024;

const seed = 0x9747b28c;
const m = 0x5bd1e995;
const r = 24;

/** Java's murmur2, as Kafka's default partitioner hashes keys (org.apache.kafka.common.utils.Utils). Signed 32 bits. */
export function murmur2(bytes: Uint8Array): number {
  const { length } = bytes;
  let h = seed ^ length;
  const wholeWords = length >> 2;
  for (let word = 0; word < wholeWords; word++) {
    const i = word << 2;
    let k = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    k = Math.imul(k, m);
    k = Math.imul(k ^ (k >>> r), m);
    h = Math.imul(h, m) ^ k;
  }
  const tail = length & ~3;
  const rest = length & 3;
  if (rest === 3) h ^= bytes[tail + 2]! << 16;
  if (rest >= 2) h ^= bytes[tail + 1]! << 8;
  if (rest >= 1) h = Math.imul(h ^ bytes[tail]!, m);
  h = Math.imul(h ^ (h >>> 13), m);
  return h ^ (h >>> 15);
}

/** Slot of a record key: 0 to 1023. */
export const slotOf = (key: string | Uint8Array): number =>
  (murmur2(typeof key === 'string' ? Buffer.from(key, 'utf8') : key) & 0x7fffffff) % slotCount;

/** Partition of a slot. `partitions` has been checked with {@link checkPartitions}; the result is what Kafka's own partitioner gives. */
export const partitionOf = (slot: number, partitions: number): number => slot % partitions;

/** Whether a topic may have so many partitions: a power of two, so that each slot falls into one partition. */
export const isPartitionCount = (partitions: number): boolean =>
  Number.isInteger(partitions) && partitions >= 1 && partitions <= slotCount && (partitions & (partitions - 1)) === 0;

/** @throws {ContractError} BAD_PARTITION_COUNT. */
export function checkPartitions(partitions: number): number {
  if (isPartitionCount(partitions)) return partitions;
  throw new ContractError('BAD_PARTITION_COUNT', `${partitions} partitions: must be a power of two, 1 to ${slotCount}`);
}
