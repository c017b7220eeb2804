import type { KeptSignal } from '@windlass/contracts';

/**
 * The signals of a pane as bytes: as objects they take several times the memory, and they are looked at only when a task is sent.
 * The core passes them on unseen.
 */
export class PackedSignals {
  constructor(
    readonly bytes: Buffer,
    private readonly codec: SignalsCodec,
  ) {}

  unpack(): readonly KeptSignal[] {
    return this.codec.unpackSignals(this.bytes);
  }
}

export interface SignalsCodec {
  packSignals(signals: readonly KeptSignal[]): PackedSignals;
  unpackSignals(bytes: Buffer): readonly KeptSignal[];
}
