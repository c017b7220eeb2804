import {
  isName,
  isSourceName,
  limits,
  metadataBytesOf,
  sourceNameRule,
  type Emission as EmissionRecord,
  type Signal as SignalRecord,
} from '@windlass/contracts';
import { EARLIEST_US, LATEST_US } from '@windlass/dag';
import { GLOBAL_KEY, OFFLINE_SIGNAL, UNTIL_FIELD, untilOf, type Emission, type Signal } from '@windlass/windowing';

/** What is wrong with a record that its schema cannot say. */
export class BadRecord extends Error {
  readonly code: 'BAD_SIGNAL' | 'BAD_EMISSION' | 'EMPTY_WINDOW';

  constructor(code: BadRecord['code'], message: string) {
    super(message);
    this.name = 'BadRecord';
    this.code = code;
  }
}

const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f]/;

/** @throws {BadRecord} naming the field, its value and what would be right. */
export function toSignal(key: string, record: SignalRecord): Signal {
  const fail = failing('BAD_SIGNAL');
  const { source, id, name, eventTimeUs, phase, values, count, correlation, metadata, cause, units } = record;
  checkSource(fail, 'source', source);
  if (source !== key) fail(`source ${shown(source)} is not the record's key ${shown(key)}`);
  if (source === GLOBAL_KEY && cause === null)
    fail(`source ${shown(source)} is the hub's own: its windows belong to no source`);
  checkKey(fail, 'id', id, limits.idLength);
  if (!isName(name)) fail(`name ${shown(name)} must match [a-z][a-z0-9-]*, at most ${limits.nameLength} characters`);
  if (phase !== 'WATERMARK' || !Number.isSafeInteger(eventTimeUs)) checkTime(fail, 'eventTimeUs', eventTimeUs);
  if (correlation !== null) checkKey(fail, 'correlation', correlation, limits.idLength);
  const channels = Object.keys(values);
  if (channels.length > limits.signalValues)
    fail(`${channels.length} values, the limit signalValues is ${limits.signalValues}`);
  for (const channel of channels) checkKey(fail, 'channel', channel, limits.nameLength);
  if (!Number.isSafeInteger(count) || count < 1) fail(`count ${count} must be a whole number from 1 on`);
  checkMetadata(fail, metadata);
  if (name === OFFLINE_SIGNAL) checkOffline(fail, record);
  const signal = { id, name, eventTimeUs, phase, values, count, correlation, metadata, cause };
  return Object.keys(units).length > 0 ? { ...signal, units } : signal;
}

/** @throws {BadRecord} */
export function toEmission(key: string, record: EmissionRecord): Emission {
  const fail = failing('BAD_EMISSION');
  const { id, windowType, startUs, endUs, emissionKey, metadata, parentWindowId } = record;
  checkSource(fail, 'key', record.key);
  if (record.key !== key) fail(`key ${shown(record.key)} is not the record's key ${shown(key)}`);
  checkKey(fail, 'id', id, limits.idLength);
  checkKey(fail, 'windowType', windowType, 2 * limits.nameLength + 1);
  checkTime(fail, 'startUs', startUs);
  checkTime(fail, 'endUs', endUs);
  if (emissionKey !== null) checkKey(fail, 'emissionKey', emissionKey, limits.idLength);
  checkMetadata(fail, metadata);
  if (endUs <= startUs)
    throw new BadRecord(
      'EMPTY_WINDOW',
      `the window [${startUs}, ${endUs}) µs is empty: its end must be after its start`,
    );
  return { id, windowType, key, startUs, endUs, emissionKey, metadata, parentWindowId };
}

/** What no window type reads may still be a word to the hub. */
function checkOffline(fail: Fail, { phase, metadata }: SignalRecord): void {
  if (phase !== 'START' && phase !== 'STOP')
    fail(`${OFFLINE_SIGNAL} with phase ${phase} says nothing: START goes offline, STOP is back`);
  const until = metadata[UNTIL_FIELD];
  if (phase === 'START' && until !== undefined && until !== null && !Number.isSafeInteger(untilOf(until)))
    fail(`${UNTIL_FIELD} ${shown(String(until))} must be microseconds since 1970, or ISO 8601 text with zone`);
}

type Fail = (message: string) => never;

const failing =
  (code: BadRecord['code']): Fail =>
  (message) => {
    throw new BadRecord(code, message);
  };

const shown = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

function checkKey(fail: Fail, field: string, text: string, length: number): void {
  if (text.length === 0 || text.length > length)
    fail(`${field} has ${text.length} characters, it must have 1 to ${length}`);
  if (CONTROL_CHARACTERS.test(text)) fail(`${field} ${shown(text)} has control characters`);
}

function checkSource(fail: Fail, field: string, text: string): void {
  if (!isSourceName(text)) fail(`${field} ${shown(text)} of ${text.length} characters must have ${sourceNameRule}`);
}

/** Within them windows can be as long as any duration, and their panes still be encoded. A watermark may be at the end of time. */
function checkTime(fail: Fail, field: string, timeUs: number): void {
  if (!Number.isSafeInteger(timeUs) || timeUs < EARLIEST_US || timeUs >= LATEST_US)
    fail(
      `${field} ${timeUs} must be whole microseconds since 1970 from ${EARLIEST_US} to ${LATEST_US}, the years 1785 to 2154`,
    );
}

function checkMetadata(fail: Fail, metadata: SignalRecord['metadata']): void {
  const bytes = metadataBytesOf(metadata);
  if (bytes > limits.metadataBytes)
    fail(`metadata has about ${bytes} bytes, the limit metadataBytes is ${limits.metadataBytes}`);
}
