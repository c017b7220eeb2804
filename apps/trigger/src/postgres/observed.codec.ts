import type { Observation, ObservedState, RunFold } from '@windlass/windowing';
import { nothingObserved } from '@windlass/windowing';
import { packMetadata, packValue, unpackMetadata, unpackValue } from './metadata.codec.ts';
import type { Packer, Unpacker } from './packing.ts';

/** Of most types nothing is observed: one byte. */
export function packObserved(packer: Packer, observed: ObservedState): void {
  const { foldedUs, folds, rest } = observed;
  packer.flags(observed !== nothingObserved);
  if (observed === nothingObserved) return;
  packer.integer(foldedUs);
  packer.list([...folds], ([parentId, fold]) => {
    packer.nullable(parentId === '' ? null : parentId, (id) => packer.id(id));
    packFold(packer, fold);
  });
  let beforeUs = 0;
  packer.list(rest, ({ timeUs, hash, mark, metadata }) => {
    packer.integer(timeUs - beforeUs);
    beforeUs = timeUs;
    packer.hash(hash);
    packValue(packer, mark);
    packMetadata(packer, metadata);
  });
}

export function unpackObserved(from: Unpacker): ObservedState {
  if (from.flags() === 0) return nothingObserved;
  const foldedUs = from.integer();
  const folds = new Map(from.list(() => [from.nullable(() => from.id()) ?? '', unpackFold(from)] as const));
  let timeUs = 0;
  const rest = from.list(() => {
    timeUs += from.integer();
    return {
      timeUs,
      hash: from.hash(),
      mark: unpackValue(from) as Observation['mark'],
      metadata: unpackMetadata(from),
    };
  });
  return { foldedUs, folds, rest };
}

function packFold(packer: Packer, { startUs, lastUs, brokenUs, mark, metadata }: RunFold): void {
  packer.integer(startUs);
  packer.integer(lastUs);
  packer.integer(brokenUs);
  packValue(packer, mark);
  packMetadata(packer, metadata);
}

const unpackFold = (from: Unpacker): RunFold => ({
  startUs: from.integer(),
  lastUs: from.integer(),
  brokenUs: from.integer(),
  mark: unpackValue(from) as RunFold['mark'],
  metadata: unpackMetadata(from),
});
