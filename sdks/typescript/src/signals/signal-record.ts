import { encodeRecord, isIdText, isName, isSourceName, limits, sourceNameRule } from '@windlass/contracts';
import type { Metadata } from '../definition/window-type.ts';
import { SdkError } from '../errors.ts';

/** One event about a source, as a program sends it. */
export interface NewSignal {
  /** The asset; also the record key, so everything about one source stays in order. */
  readonly source: string;
  /** Unique per event: a repeated id is a duplicate and changes nothing. */
  readonly id: string;
  /** What kind of event; window types read signals by this name. */
  readonly name: string;
  /** When it happened at the source: integer microseconds since the epoch, UTC. */
  readonly eventTimeUs: number;
  /** Default POINT. A WATERMARK says that everything of this source before its time has been sent. */
  readonly phase?: 'POINT' | 'START' | 'STOP' | 'WATERMARK';
  /** At most 64. */
  readonly values?: Readonly<Record<string, number>>;
  /** Samples it stands for; default 1. */
  readonly count?: number;
  /** Matches a STOP to its START. */
  readonly correlation?: string;
  /** At most 16 KiB. */
  readonly metadata?: Metadata;
}

/** A signal that the hub could not take; `signal` is the one. */
export class SignalRefused extends SdkError {
  readonly signal: NewSignal;

  constructor(signal: NewSignal, message: string, options?: ErrorOptions) {
    super('SIGNAL_REFUSED', `signal '${signal.id}' of '${signal.source}': ${message}`, options);
    this.signal = signal;
  }
}

/** The record's value. @throws SignalRefused naming what is wrong, before anything is sent. */
export function encodeSignal(signal: NewSignal, schemaId: number): Buffer {
  const { source, id, name, eventTimeUs, phase = 'POINT', values = {}, count = 1, correlation, metadata = {} } = signal;
  const refuse = (message: string, cause?: unknown): never => {
    throw new SignalRefused(signal, message, { cause });
  };
  if (!isSourceName(source)) refuse(`a source has ${sourceNameRule}`);
  if (!isIdText(id)) refuse(`an id has 1 to ${limits.idLength} characters (idLength), none a control character`);
  if (correlation !== undefined && !isIdText(correlation))
    refuse(`a correlation has 1 to ${limits.idLength} characters (idLength), none a control character`);
  if (!isName(name)) refuse(`'${name}' is not a name`);
  if (!Number.isSafeInteger(eventTimeUs)) refuse(`eventTimeUs is ${eventTimeUs}, not integer microseconds`);
  if (!Number.isSafeInteger(count) || count < 1) refuse(`count is ${count}, not a whole number`);
  const channels = Object.keys(values).length;
  if (channels > limits.signalValues) refuse(`${channels} values, the limit signalValues is ${limits.signalValues}`);
  let value: Buffer;
  try {
    value = encodeRecord('signals', schemaId, {
      source,
      id,
      name,
      eventTimeUs,
      phase,
      values,
      count,
      correlation: correlation ?? null,
      metadata,
      cause: null,
    });
  } catch (cause) {
    return refuse((cause as Error).message, cause);
  }
  if (value.length > limits.signalBytes)
    refuse(`${value.length} bytes, the limit signalBytes is ${limits.signalBytes}`);
  return value;
}
