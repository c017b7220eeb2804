import { partitionOf, slotCount } from '@windlass/contracts';

/** The slots whose keys belong to a partition. */
export const slotsOfPartition = (partition: number, partitions: number): number[] =>
  Array.from({ length: slotCount }, (_, slot) => slot).filter((slot) => partitionOf(slot, partitions) === partition);
