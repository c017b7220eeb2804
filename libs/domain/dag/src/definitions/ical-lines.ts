/** One property of an event: `DTSTART;TZID=Europe/Berlin:20260105T060000`. */
export interface IcalProperty {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** As it stands there: text is still escaped. */
  readonly value: string;
  /** Line of the text, from 1 on. */
  readonly line: number;
}

/** One VEVENT. */
export interface IcalEvent {
  readonly line: number;
  readonly properties: readonly IcalProperty[];
}

export class IcalError extends Error {
  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
  }
}

/**
 * The events of an iCalendar text (RFC 5545), without what lies in them (alarms). Other components are left out.
 *
 * @throws {IcalError} what is no iCalendar text.
 */
export function readEvents(text: string): IcalEvent[] {
  const events: IcalEvent[] = [];
  const inside: string[] = [];
  let properties: IcalProperty[] = [];
  let beganLine = 0;
  for (const property of contentLines(text)) {
    const { name, value, line } = property;
    if (inside.length === 0 && !(name === 'BEGIN' && isCalendar(value)))
      throw new IcalError(line, 'an iCalendar text is within BEGIN:VCALENDAR and END:VCALENDAR');
    if (name === 'BEGIN') {
      inside.push(value.toUpperCase());
      if (isEvent(inside)) [properties, beganLine] = [[], line];
    } else if (name === 'END') {
      if (isEvent(inside)) events.push({ line: beganLine, properties });
      if (inside.pop() !== value.toUpperCase()) throw new IcalError(line, `END:${value} ends nothing that has begun`);
    } else if (isEvent(inside)) properties.push(property);
  }
  if (inside.length > 0) throw new IcalError(text.split('\n').length, `END:${inside.at(-1)} is missing`);
  return events;
}

const isCalendar = (component: string): boolean => component.toUpperCase() === 'VCALENDAR';

const isEvent = (inside: readonly string[]): boolean => inside.length === 2 && inside[1] === 'VEVENT';

/** Lines that begin with a space or tab go on with the one before (section 3.1). */
function* contentLines(text: string): Generator<IcalProperty> {
  let folded: { text: string; line: number } | null = null;
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    if (folded && /^[ \t]/.test(raw)) {
      folded.text += raw.slice(1);
      continue;
    }
    if (folded) yield propertyOf(folded.text, folded.line);
    folded = raw.trim() === '' ? null : { text: raw, line: index + 1 };
  }
  if (folded) yield propertyOf(folded.text, folded.line);
}

const CONTENT_LINE = /^([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)$/s;
const PARAMETER = /;([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:])*)/g;

function propertyOf(text: string, line: number): IcalProperty {
  const [, name, parameters = '', value = ''] = CONTENT_LINE.exec(text.replace(/^\uFEFF/, '')) ?? [];
  if (name === undefined) throw new IcalError(line, `"${text.slice(0, 60)}" is no property like NAME:value`);
  return {
    name: name.toUpperCase(),
    parameters: new Map(
      [...parameters.matchAll(PARAMETER)].map(([, key = '', given = '']) => [
        key.toUpperCase(),
        given.replaceAll('"', ''),
      ]),
    ),
    value,
    line,
  };
}

/** A text value without its escapes (section 3.3.11). */
export const unescaped = (value: string): string =>
  value.replace(/\\([\\;,nN])/g, (_, char: string) => (/[nN]/.test(char) ? '\n' : char));
