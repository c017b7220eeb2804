import { z } from 'zod';
import { calendarDefinition, MAX_CALENDARS } from './calendar.ts';
import { name, ref, strict } from './fields.ts';
import { kindDefinition, MAX_KINDS } from './kind.ts';
import { policyDefinition } from './policy.ts';
import { sourceDefinition } from './source.ts';
import { windowTypeDefinition } from './window-type.ts';

export const MAX_WINDOW_TYPES = 2_000;
export const MAX_SOURCES_PER_FILE = 100_000;

const expectedProcessor = strict({
  name,
  owner: name.optional().describe("team; default: the file's owner"),
  algorithms: z.array(ref).min(1).max(10_000),
}).describe('a processor that will register these algorithms: others may refer to them before it does');

/** The definitions file: what the hub knows beside what processors register. Applying adds and changes; what a file leaves out stays as it is. */
export const definitions = strict({
  $schema: z.string().optional().describe('for editors'),
  owner: name.default('default').describe('team that owns what this file defines'),
  calendars: z
    .array(calendarDefinition)
    .max(MAX_CALENDARS)
    .default([])
    .describe(
      'shifts and the like, which window types of this file refer to by name ([more](calendar.md)); default none',
    ),
  windowTypes: z.array(windowTypeDefinition).max(MAX_WINDOW_TYPES).default([]),
  policies: z
    .array(policyDefinition)
    .max(MAX_WINDOW_TYPES)
    .default([])
    .describe('policies of window types that exist already'),
  kinds: z
    .array(kindDefinition)
    .max(MAX_KINDS)
    .default([])
    .describe('what sources of a kind measure ([more](sources.md#kinds-and-channels)); default none'),
  sources: z.array(sourceDefinition).max(MAX_SOURCES_PER_FILE).default([]),
  processors: z.array(expectedProcessor).max(1_000).default([]),
});

export type Definitions = z.infer<typeof definitions>;
/** As people write it: durations as text, defaults left out. */
export type DefinitionsInput = z.input<typeof definitions>;
