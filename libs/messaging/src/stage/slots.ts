import { partitionOf, slotCount } from '@windlass/contracts';

const known = new Map<string, readonly number[]>();

/** The slots whose keys belong to a partition. */
export function slotsOfPartition(partition: number, partitions: number): readonly number[] {
  const name = `${partition}/${partitions}`;
  let slots = known.get(name);
  if (!slots) {
    const all = Array.from({ length: slotCount }, (_, slot) => slot);
    known.set(name, (slots = all.filter((slot) => partitionOf(slot, partitions) === partition)));
  }
  return slots;
}
