import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeWindow, nextWindows, openingOf, type ShiftWindow } from './calendar.ts';
import { parseDefinitionsText, readDefinitionsFile } from './definitions-file.ts';
import { parseTime } from './zoned-time.ts';

const page = await readFile(new URL('../../../../docs/reference/calendar.md', import.meta.url), 'utf8');
const block = (language: string): string => new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(page)![1]!;
const plant = parseDefinitionsText(block('yaml'), 'plant.yaml');

function next(
  file: Parameters<typeof openingOf>[0],
  { name, breaks, from, count = 3 }: { name?: string; breaks?: 'split' | 'within'; from: string; count?: number },
): ShiftWindow[] {
  const opening = openingOf(file, name, breaks);
  return [...nextWindows(opening, { fromMs: parseTime(from, opening.zone)!, count })];
}

const plain = (text: string): string => text.replace(/\u001b\[\d+m/g, '');
const brief = ({ shift, shiftDate, start, hours, wallHours }: ShiftWindow): string =>
  `${start} ${shift} ${shiftDate} ${hours} ${wallHours}`;

describe('windlass calendar next', () => {
  it('prints what its page shows', () => {
    const lines = next(plant, { from: '2026-03-28T12:00', count: 5 }).map(describeWindow).map(plain);
    expect(`${lines.join('\n')}\n`).toBe(block('text'));
  });

  it('takes the calendar by name, or as a window type has it, with other breaks if asked', () => {
    const early = (name: string, breaks?: 'split' | 'within') =>
      next(plant, { name, breaks, from: '2026-03-30T07:00', count: 1 })[0]!.hours;
    expect([
      early('hall-1'),
      early('hall-1', 'within'),
      early('shift@1'),
      early('shift@1', 'split'),
      early('work@1'),
    ]).toEqual([3, 8, 8, 3, 3]);
  });

  it('begins with the window that holds the time, and tells holidays and exceptions by what is there', () => {
    expect(next(plant, { name: 'shift@1', from: '2026-12-24T05:59', count: 3 }).map(brief)).toEqual([
      '2026-12-23T21:00:00Z night 2026-12-23 8 8',
      '2026-12-31T07:00:00Z stocktaking 2026-12-31 4 4',
      '2027-01-02T21:00:00Z night 2027-01-02 8 8',
    ]);
  });

  it('says what clocks that change, and zones that leave out dates, do', () => {
    const apia = (zone: string) =>
      parseDefinitionsText(
        `windowTypes: [{ name: s, version: 1, reads: [sample], open: { calendar: { zone: ${zone}, intervals: [{ name: n, start: '22:00', end: '06:00' }] } } }]`,
        'f.yaml',
      );
    expect(next(apia('Pacific/Apia'), { from: '2011-12-29T23:00' }).map(describeWindow).map(plain)).toEqual([
      '2011-12-30T08:00:00Z  2011-12-29T22:00:00-10:00 Thu to 2011-12-31T00:00:00+14:00  2h  n  26h on the clock',
      '2011-12-30T10:00:00Z  2011-12-31T00:00:00+14:00 Sat to 2011-12-31T06:00:00+14:00  6h  n  no 2011-12-30 in this zone, of 2011-12-30',
      '2011-12-31T08:00:00Z  2011-12-31T22:00:00+14:00 Sat to 2012-01-01T06:00:00+14:00  8h  n  no 2011-12-30 in this zone',
    ]);
    expect(next(apia('Australia/Lord_Howe'), { from: '2026-04-04T23:00', count: 1 })).toMatchObject([
      { hours: 8.5, wallHours: 8 },
    ]);
  });

  it('says what is wrong', () => {
    const failure = (act: () => unknown): unknown => {
      try {
        act();
      } catch (error) {
        return error;
      }
      return undefined;
    };
    const opening = (text: string, name?: string) =>
      failure(() => openingOf(parseDefinitionsText(text, 'f.yaml'), name, undefined));
    expect(opening('windowTypes: []')).toMatchObject({ code: 'NO_CALENDAR' });
    expect(opening('calendars: [null]')).toMatchObject({ code: 'REFUSED' });
    expect(opening(block('yaml'), 'hall-2')).toMatchObject({
      code: 'NO_CALENDAR',
      message: expect.stringContaining('"hall-1"'),
    });
    expect(opening(block('yaml').replace("start: '14:00'", "start: '13:00'"))).toMatchObject({
      code: 'REFUSED',
      message: expect.stringMatching(/f\.yaml:\d+:\d+: .*CALENDAR_OVERLAP/s),
    });
    const once = `windowTypes: [{ name: s, version: 1, reads: [sample], open: { calendar: { zone: UTC, intervals: [{ name: n, dates: [2026-01-01], start: '06:00', end: '07:00' }] } } }]`;
    expect(failure(() => next(parseDefinitionsText(once, 'f.yaml'), { from: '2025-12-01', count: 2 }))).toMatchObject({
      code: 'CALENDAR_ENDS',
      message: expect.stringContaining('1 of 2'),
    });
  });
});

describe('iCalendar files beside the definitions file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'windlass-ical-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const written = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const ics = (...lines: string[]) =>
    ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', ...lines, 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n');

  it('are read with it', async () => {
    await written('shifts.ics', ics('SUMMARY:early', 'DTSTART:20260105T060000', 'DURATION:PT8H', 'RRULE:FREQ=DAILY'));
    await written('off.ics', ics('SUMMARY:New year', 'DTSTART;VALUE=DATE:20270101', 'RRULE:FREQ=YEARLY'));
    const path = await written(
      'plant.yaml',
      'calendars: [{ name: hall-2, zone: Europe/Berlin, ical: shifts.ics, holidaysIcal: off.ics }]\n' +
        'windowTypes: [{ name: s, version: 1, reads: [sample], open: { calendar: { zone: UTC, ical: shifts.ics } } }]\n',
    );
    const file = await readDefinitionsFile(path);
    expect(next(file, { name: 'hall-2', from: '2026-12-31', count: 2 }).map(brief)).toEqual([
      '2026-12-31T05:00:00Z early 2026-12-31 8 8',
      '2027-01-02T05:00:00Z early 2027-01-02 8 8',
    ]);
    expect(next(file, { name: 's@1', from: '2026-12-31', count: 1 }).map(brief)).toEqual([
      '2026-12-31T06:00:00Z early 2026-12-31 8 8',
    ]);
  });

  it('are named with their place when they are not there, or hold what is not understood', async () => {
    const of = (ical: string) => `calendars:\n  - { name: hall-2, zone: UTC, ical: ${ical} }\n`;
    await expect(readDefinitionsFile(await written('a.yaml', of('missing.ics')))).rejects.toMatchObject({
      code: 'BAD_FILE',
      message: expect.stringMatching(/a\.yaml:2:\d+: cannot read .*missing\.ics: ENOENT/),
    });
    await written('monthly.ics', ics('SUMMARY:x', 'DTSTART:20260105T060000', 'DURATION:PT8H', 'RRULE:FREQ=MONTHLY'));
    const file = await readDefinitionsFile(await written('b.yaml', of('monthly.ics')));
    expect(() => openingOf(file, undefined, undefined)).toThrow(
      /b\.yaml:2:\d+: .*line 6: RRULE:FREQ=MONTHLY is not supported/s,
    );
  });
});
