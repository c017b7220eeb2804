import type { Metadata, MetadataValue } from '@windlass/dag';
import type { Packer, Unpacker } from './packing.ts';

const TAGS = { null: 0, false: 1, true: 2, number: 3, string: 4 } as const;

export function packMetadata(packer: Packer, metadata: Metadata): void {
  packer.list(Object.entries(metadata), ([name, value]) => {
    packer.text(name);
    packValue(packer, value);
  });
}

export function packValue(packer: Packer, value: MetadataValue): void {
  if (typeof value === 'number') {
    packer.count(TAGS.number);
    packer.double(value);
  } else if (typeof value === 'string') {
    packer.count(TAGS.string);
    packer.text(value);
  } else packer.count(value === null ? TAGS.null : value ? TAGS.true : TAGS.false);
}

export const unpackMetadata = (from: Unpacker): Metadata =>
  Object.fromEntries(from.list(() => [from.text(), unpackValue(from)] as const));

export function unpackValue(from: Unpacker): MetadataValue {
  const tag = from.count();
  switch (tag) {
    case TAGS.null:
      return null;
    case TAGS.false:
      return false;
    case TAGS.true:
      return true;
    case TAGS.number:
      return from.double();
    case TAGS.string:
      return from.text();
    default:
      throw new RangeError(`packed metadata has an unknown tag ${tag}`);
  }
}
