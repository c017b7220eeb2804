import { SdkError } from '../errors.ts';

/** So many bytes of signals wait already, because Kafka is away or slow. Nothing of this call is sent: keep it, and call again later. */
export class SignalBufferFull extends SdkError {
  constructor({ bytes, unsentBytes, limitBytes }: { bytes: number; unsentBytes: number; limitBytes: number }) {
    super(
      'SIGNAL_BUFFER_FULL',
      `${bytes} bytes of signals beside ${unsentBytes} that Kafka has not taken yet, limit signalBufferBytes is ${limitBytes}`,
    );
  }
}

/** The publisher was closed; whether Kafka has taken the signals of this call is not known. Sent again, they change nothing. */
export class SignalPublisherClosed extends SdkError {
  constructor() {
    super('SIGNAL_PUBLISHER_CLOSED', 'the publisher was closed before Kafka had taken all signals');
  }
}

/** Bytes of signals that are not acknowledged. A call that is alone may be of any size. */
export class UnsentSignals {
  readonly #limitBytes: number;
  #unsentBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** @throws SignalBufferFull. */
  add(bytes: number): void {
    if (this.#unsentBytes > 0 && this.#unsentBytes + bytes > this.#limitBytes)
      throw new SignalBufferFull({ bytes, unsentBytes: this.#unsentBytes, limitBytes: this.#limitBytes });
    this.#unsentBytes += bytes;
  }

  remove(bytes: number): void {
    this.#unsentBytes -= bytes;
  }
}
