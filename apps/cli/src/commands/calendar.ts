import { styleText } from 'node:util';
import { Command, Option } from 'commander';
import { didYouMean, liveRevision, refOf, type Opening, type RegistryView } from '@windlass/dag';
import { definedView } from '@windlass/simulation';
import { calendarWindows, type CalendarSlot } from '@windlass/windowing';
import { type DefinitionsFile, readDefinitionsFile } from './definitions-file.ts';
import { dayFlags, localDay, type LocalDay } from './local-day.ts';
import { MAX_COUNT, parseCount, timeOption } from './next-options.ts';
import { describeProblems } from './plan-text.ts';
import { isoText, zonedTime, type ZonedTime } from './zoned-time.ts';

type CalendarOpening = Extract<Opening, { kind: 'calendar' }>;
type Breaks = CalendarOpening['breaks'];

export interface ShiftWindow extends LocalDay {
  readonly shift: string;
  /** The date on which the shift begins. */
  readonly shiftDate: string;
  /** ISO 8601, UTC. */
  readonly start: string;
  readonly end: string;
  /** ISO 8601 with the zone's offset. */
  readonly localStart: string;
  readonly localEnd: string;
  readonly weekday: string;
  readonly hours: number;
  /** Hours that the clock on the wall goes from start to end; not the same when clocks change in between. */
  readonly wallHours: number;
}

export function calendarCommand(): Command {
  const next = new Command('next')
    .argument('<file>', 'definitions file (YAML)')
    .argument(
      '[name]',
      'a calendar of the file, or a window type that has one, for instance shift@1; default: the only one',
    )
    .description('the next windows of a calendar: UTC, local time, and what clocks that change do to them')
    .option('--from <time>', 'windows that end after this: ISO 8601, without an offset in the zone; default: now')
    .option('--count <n>', `how many, 1 to ${MAX_COUNT}`, parseCount, 10)
    .addOption(
      new Option('--breaks <what>', 'what breaks do; default: as the window type says, or split').choices([
        'split',
        'within',
      ]),
    )
    .option('--json', 'a JSON object a line')
    .action(async (path: string, name: string | undefined, { from, count, breaks, json }: NextOptions) => {
      const opening = openingOf(await readDefinitionsFile(path), name, breaks);
      const fromMs = timeOption('--from', from, opening.zone);
      for (const window of nextWindows(opening, { fromMs, count }))
        process.stdout.write(`${json ? JSON.stringify(window) : describeWindow(window)}\n`);
    });
  return new Command('calendar').description('calendars as the trigger reads them').addCommand(next);
}

interface NextOptions {
  readonly from?: string;
  readonly count: number;
  readonly breaks?: Breaks;
  readonly json?: true;
}

export class CalendarError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** @throws {CalendarError} REFUSED, NO_CALENDAR. */
export function openingOf(
  file: DefinitionsFile,
  name: string | undefined,
  breaks: Breaks | undefined,
): CalendarOpening {
  const ofTypes = new Map(
    liveRevision(viewOf(file, file.value)).windowTypes.flatMap((type): [string, CalendarOpening][] =>
      type.open.kind === 'calendar' ? [[refOf(type), type.open]] : [],
    ),
  );
  const calendars = calendarNames(file);
  const known = [...calendars, ...ofTypes.keys()];
  const [only, another] = calendars.length > 0 ? calendars : known;
  const own = name ?? (another === undefined ? only : undefined);
  if (own === undefined || !known.includes(own)) throw noCalendar(own, known);
  const opening = ofTypes.get(own) ?? openingOfCalendar(file, own);
  return breaks === undefined ? opening : { ...opening, breaks };
}

function noCalendar(name: string | undefined, known: readonly string[]): CalendarError {
  if (known.length === 0)
    return new CalendarError('NO_CALENDAR', 'the file has no calendar, and no window type with one');
  const listed = known.join(', ');
  if (name === undefined) return new CalendarError('NO_CALENDAR', `say which: ${listed}`);
  return new CalendarError('NO_CALENDAR', `no calendar "${name}".${didYouMean(name, known)} There are: ${listed}`);
}

function calendarNames({ value }: DefinitionsFile): string[] {
  const { calendars } = (value ?? {}) as { readonly calendars?: readonly { readonly name: string }[] };
  return Array.isArray(calendars) ? calendars.map(({ name }) => name) : [];
}

/** As a window type of its own would have it, one that needs no signals. */
function openingOfCalendar(file: DefinitionsFile, use: string): CalendarOpening {
  const { calendars } = file.value as { readonly calendars: unknown };
  const open = { calendar: { use, scope: 'global' } };
  const view = viewOf(file, { calendars, windowTypes: [{ name: 'shift', version: 1, open }] });
  return liveRevision(view).windowTypes[0]!.open as CalendarOpening;
}

function viewOf({ locate }: DefinitionsFile, definitions: unknown): RegistryView {
  const defined = definedView(definitions);
  if (defined.ok) return defined.view;
  throw new CalendarError('REFUSED', `the definitions are refused:\n${describeProblems(defined.problems, locate)}`);
}

/** @throws {CalendarError} CALENDAR_ENDS after the last window, if there are fewer than `count`. */
export function* nextWindows(
  opening: CalendarOpening,
  { fromMs, count }: { readonly fromMs: number; readonly count: number },
): Generator<ShiftWindow> {
  let left = count;
  for (const slot of calendarWindows(opening, fromMs * 1_000)) {
    const window = windowOf(opening.zone, slot);
    if (window === null) break;
    yield window;
    if (--left === 0) return;
  }
  throw new CalendarError(
    'CALENDAR_ENDS',
    `${count - left} of ${count} windows after ${isoText(fromMs)}: then the calendar has no more`,
  );
}

function windowOf(zone: string, { startUs, endUs, shift }: CalendarSlot): ShiftWindow | null {
  const day = localDay(zone, startUs);
  if (day === null || shift === null) return null;
  const [start, end] = [zonedTime(zone, startUs / 1_000), zonedTime(zone, endUs / 1_000)];
  return {
    shift: shift.name,
    shiftDate: shift.date,
    start: isoText(startUs / 1_000),
    end: isoText(endUs / 1_000),
    localStart: `${start.local}${start.offset}`,
    localEnd: `${end.local}${end.offset}`,
    weekday: start.weekday,
    hours: (endUs - startUs) / 3_600e6,
    wallHours: (wallMs(end) - wallMs(start)) / 3_600e3,
    ...day,
  };
}

const wallMs = ({ local }: ZonedTime): number => Date.parse(`${local}Z`);

export function describeWindow(window: ShiftWindow): string {
  const { start, localStart, localEnd, weekday, shift, shiftDate, hours, wallHours } = window;
  const flags = [
    ...(hours === wallHours ? [] : [`${lengthText(wallHours)} on the clock`]),
    ...dayFlags(window),
    ...(localStart.startsWith(shiftDate) ? [] : [`of ${shiftDate}`]),
  ];
  const told = flags.length === 0 ? '' : styleText('yellow', `  ${flags.join(', ')}`);
  return `${start}  ${localStart} ${weekday} to ${localEnd}  ${lengthText(hours)}  ${shift}${told}`;
}

/** `8h`, `4h45m`, `15m`. */
function lengthText(hours: number): string {
  const minutes = Math.round(hours * 60);
  const rest = minutes % 60;
  if (minutes < 60) return `${minutes}m`;
  return rest === 0 ? `${minutes / 60}h` : `${Math.floor(minutes / 60)}h${rest}m`;
}
