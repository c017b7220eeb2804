import type { KeptSignal, Phase, Signal } from '@windlass/windowing';
import { packMetadata, unpackMetadata } from './metadata.codec.ts';
import { Packer, Unpacker } from './packing.ts';

const PHASES: readonly Phase[] = ['POINT', 'START', 'STOP', 'WATERMARK'];

export function packSignalInto(packer: Packer, signal: KeptSignal): void {
  packer.text(signal.id);
  packer.text(signal.name);
  packer.integer(signal.eventTimeUs);
  packer.count(PHASES.indexOf(signal.phase));
  packer.list(Object.entries(signal.values), ([channel, value]) => {
    packer.text(channel);
    packer.double(value);
  });
  packer.count(signal.count);
  packer.nullable(signal.correlation, (text) => packer.text(text));
  packMetadata(packer, signal.metadata);
}

export const unpackSignalFrom = (from: Unpacker): KeptSignal => ({
  id: from.text(),
  name: from.text(),
  eventTimeUs: from.integer(),
  phase: PHASES[from.count()]!,
  values: Object.fromEntries(from.list(() => [from.text(), from.double()] as const)),
  count: from.count(),
  correlation: from.nullable(() => from.text()),
  metadata: unpackMetadata(from),
});

export function packKeptSignal(signal: KeptSignal): Buffer {
  const packer = new Packer();
  packSignalInto(packer, signal);
  return packer.finish();
}

export const unpackKeptSignal = (bytes: Buffer): KeptSignal => unpackSignalFrom(new Unpacker(bytes));

/** As it came from outside. */
export const unpackOutsideSignal = (from: Unpacker): Signal => ({ ...unpackSignalFrom(from), cause: null });
