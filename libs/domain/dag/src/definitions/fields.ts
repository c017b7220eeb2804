import { z } from 'zod';
import { DURATION_PATTERN, parseDurationUs } from '../duration.ts';
import { EARLIEST_US, LATEST_US, timeOf } from '../event-time.ts';
import { isZone } from '../zone.ts';
import { isExact, rangeOf, semanticVersion, splitRef, VERSION_PATTERN } from '../versions/version.ts';

export const NAME_MAX = 100;
const NAME = '[a-z][a-z0-9-]*';
/** Key of what belongs to no source: cron and calendar windows of scope `global`. */
const RESERVED = 'global';

/** An object that refuses fields it does not know. */
export const strict = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape);

export const name = z
  .string()
  .max(NAME_MAX)
  .regex(new RegExp(`^${NAME}$`), 'a name is lower-case letters, digits and "-", and begins with a letter')
  .describe(`lower-case letters, digits and "-", at most ${NAME_MAX} characters`);

const notReserved = (text: string): boolean => text !== RESERVED;
const IS_RESERVED = `"${RESERVED}" is the key of windows that belong to no source`;

/** Source names come from the outside world: serial numbers, VINs, host names. The same rule as for signals (libs/contracts). */
export const sourceName = z
  .string()
  .max(NAME_MAX)
  .regex(
    /^[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$/,
    'a source name has no control characters, and no white space at its ends',
  )
  .refine(notReserved, IS_RESERVED)
  .describe('any text without control characters, at most 100 characters');

export const groupName = name.refine(notReserved, IS_RESERVED).describe('name of a group');

export const signalName = name.describe('name of a signal');

const isVersion = (text: string): boolean => isExact(text) && semanticVersion(text) !== null;

const NO_VERSION = 'a version is an integer or a quoted text like "1.2.0"';

export const version = z
  .union(
    [
      z.int().min(0).max(1_000_000),
      z
        .string()
        .regex(new RegExp(`^(?:${VERSION_PATTERN})$`), { error: NO_VERSION, abort: true })
        .refine(isVersion, NO_VERSION),
    ],
    { error: NO_VERSION },
  )
  .transform(String)
  .describe('a semantic version: an integer, or a text like "1.2.0" (quoted: YAML reads 1.10 as 1.1)');

export const ref = z
  .string()
  .max(2 * NAME_MAX)
  .regex(new RegExp(`^${NAME}@(?:${VERSION_PATTERN})$`), {
    error: 'a reference is name@version, for instance "cycle@1"',
    abort: true,
  })
  .refine((text) => isVersion(splitRef(text).version), 'a version is an integer or a text like "1.2.0"')
  .describe('name@version, for instance `cycle@1`');

const RANGE_MAX = 100;

/** A reference that may leave the version open. What it stands for is settled when it is registered. */
export const askedRef = z
  .string()
  .max(NAME_MAX + RANGE_MAX)
  .regex(new RegExp(`^${NAME}@[0-9a-z^~<>=|*. -]{1,${RANGE_MAX}}$`), {
    error: 'a reference is name@version or name@range, for instance "cycle@1" or "cycle@^1.2"',
    abort: true,
  })
  .refine(
    (text) =>
      isVersion(splitRef(text).version) ||
      (!isExact(splitRef(text).version) && rangeOf(splitRef(text).version) !== null),
    'a range is written as npm writes it: "^1.2", "~1.2.3", "1.x", ">=1.2 <3"',
  )
  .describe('name@version or name@range, for instance `cycle@1` or `cycle@^1.2` ([more](dependencies.md#versions))');

export const zone = z
  .string()
  .max(NAME_MAX)
  .refine(isZone, 'not a time zone; an IANA name such as "Europe/Berlin"')
  .describe('IANA time zone, for instance `Europe/Berlin`');

const durationUs = (minUs: number) =>
  z
    .string()
    .max(50)
    .regex(DURATION_PATTERN, 'a duration is a number and a unit (us, ms, s, m, h, d), for instance "500ms" or "1h30m"')
    .transform((text, context) => {
      const us = parseDurationUs(text);
      if (us === undefined || us < minUs) {
        context.addIssue({
          code: 'custom',
          message: us === undefined ? 'longer than 100 years' : `shorter than ${minUs} us`,
        });
        return z.NEVER;
      }
      return us;
    });

/** Microseconds of event time. */
export const eventDuration = durationUs(0);
export const positiveEventDuration = durationUs(1);
/** Whole milliseconds of processing time. */
export const processingDuration = durationUs(0).transform((us) => Math.round(us / 1000));
export const positiveProcessingDuration = durationUs(1000).transform((us) => Math.round(us / 1000));

export const instant = z.iso
  .datetime({ offset: true })
  .transform(timeOf)
  .refine((timeUs) => timeUs >= EARLIEST_US && timeUs < LATEST_US, {
    message: 'not within the years 1785 to 2154; what has no end, or no beginning that is known, is left out',
  })
  .describe('ISO 8601 with offset, for instance `2026-01-31T00:00:00Z`, within the years 1785 to 2154');
