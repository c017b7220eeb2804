import type { SealedBlock } from '@windlass/windowing';
import { Packer, Unpacker } from './packing.ts';

/** Blocks follow each other: each is told as it differs from the one before. */
export function packBlocks(packer: Packer, blocks: readonly SealedBlock[]): void {
  let before = { number: 0, fromUs: 0 };
  packer.list(blocks, ({ number, fromUs, toUs }) => {
    packer.count(number - before.number);
    packer.integer(fromUs - before.fromUs);
    packer.count(toUs - fromUs);
    before = { number, fromUs };
  });
}

export function unpackBlocks(from: Unpacker): SealedBlock[] {
  let number = 0;
  let fromUs = 0;
  return from.list(() => {
    number += from.count();
    fromUs += from.integer();
    return { number, fromUs, toUs: fromUs + from.count() };
  });
}

/** The hashes of one block, as they are stored. */
export function packHashes(hashes: readonly number[]): Buffer {
  const packer = new Packer();
  packer.list(hashes, (hash) => packer.hash(hash));
  return packer.finish();
}

export function unpackHashes(bytes: Buffer): ReadonlySet<number> {
  const from = new Unpacker(bytes);
  return new Set(from.list(() => from.hash()));
}
