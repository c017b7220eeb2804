import type { DropCode } from '../journal.ts';
import type { TimedDrop } from './explanation.ts';
import { say, utcTime, type Sentence } from './sentence.ts';

const TODO: Readonly<Record<DropCode, string>> = {
  LATE: 'It is on the late topic. Where such data should still count, give the window type a longer allowedLateness (windlass dial set).',
  LATE_WITHIN:
    'What opened or moved the window that it lies in came later than this window type allows. Give it an allowedLateness as long as the window type around it has (windlass dial set).',
  TOO_FAR_AHEAD: 'Mend the clock of the source, or give the window type a larger maxAhead.',
  STOP_WITHOUT_START:
    'Send the START that belongs to it, with the same name and correlation, within the allowed lateness.',
  TOO_MANY_BOUNDARIES:
    'Give the window type a shorter allowed lateness, or send fewer signals that open or close its windows.',
  SESSION_TOO_LONG:
    'Give the sessions a longer gap, so that they do not merge late; or send what belongs to them sooner.',
  EMPTY_WINDOW: 'A window must end after it starts: send other times.',
  METADATA_MISSING: 'Send the field with the signal that opens the window, or with the one that opens its parent.',
  UNKNOWN_WINDOW_TYPE: 'Name a window type of this source that opens by emission.',
  NO_PARENT: 'Open the parent window first.',
  OUTSIDE_PARENT: 'Ask for a window that lies within its parent.',
  CAUSATION_TOO_DEEP: 'Results open windows whose results open windows: break the loop.',
  CHANNEL_TYPE: 'Send what the channel is declared as, or declare it otherwise (windlass apply, kinds).',
  CHANNEL_UNIT: 'Send the value in the unit of the channel, or declare the channel in the unit that is sent.',
  CHANNEL_UNDECLARED: 'Declare the channel, correct its name, or let the kind accept what is not declared.',
  BAD_SIGNAL: 'Mend the sender: the dead letter names the rule.',
  BAD_EMISSION: 'Mend the sender: the dead letter names the rule.',
  ID_REUSED: 'Give every event of a source an id of its own.',
  LEFT_OUT: 'The dead letters and the late topic hold them.',
};

/** Oldest first. */
export const dropSentences = (drops: readonly TimedDrop[]): Sentence[] =>
  [...drops].sort((a, b) => a.atUs - b.atUs).map(dropSentence);

/** Messages tell event times in microseconds; 16 digits are a time after 2001. */
export const readable = (message: string): string =>
  message.replaceAll(/\b(\d{16}) µs/g, (_, us: string) => utcTime(Number(us)));

function dropSentence({ code, message, eventTimeUs, id, name, atUs }: TimedDrop): Sentence {
  const common = { todo: TODO[code], atUs, message: readable(message) };
  if (eventTimeUs === null) return say(code, '{message}', common);
  const which = id === '' ? 'event time {time:eventTimeUs}' : 'id {id}, event time {time:eventTimeUs}';
  return say(code, `{name} (${which}) was dropped: {message}`, {
    ...common,
    name,
    id,
    eventTimeUs,
  });
}
