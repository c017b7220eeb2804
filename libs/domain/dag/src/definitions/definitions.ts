import { z } from 'zod';
import { calendarDefinition, MAX_CALENDARS } from './calendar.ts';
import { name, ref, strict } from './fields.ts';
import { policyDefinition } from './policy.ts';
import { sourceDefinition } from './source.ts';
import { windowTypeDefinition } from './window-type.ts';

export const MAX_WINDOW_TYPES = 2_000;
export const MAX_SOURCES_PER_FILE = 100_000;
const MAX_EXPECTED_PROCESSORS = 1_000;
const MAX_EXPECTED_ALGORITHMS = 10_000;

const expectedProcessor = strict({
  name,
  owner: name.optional().describe("team; default: the file's owner"),
  algorithms: z.array(ref).min(1).max(MAX_EXPECTED_ALGORITHMS).describe('that it will register'),
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
  windowTypes: z
    .array(windowTypeDefinition)
    .max(MAX_WINDOW_TYPES)
    .default([])
    .describe('rules by which windows open, close and fire; default none'),
  policies: z
    .array(policyDefinition)
    .max(MAX_WINDOW_TYPES)
    .default([])
    .describe('policies of window types that exist already'),
  sources: z
    .array(sourceDefinition)
    .max(MAX_SOURCES_PER_FILE)
    .default([])
    .describe('what emits telemetry, and what is known of it; default none'),
  processors: z
    .array(expectedProcessor)
    .max(MAX_EXPECTED_PROCESSORS)
    .default([])
    .describe('processors that will register; default none'),
});

export type Definitions = z.infer<typeof definitions>;
/** As people write it: durations as text, defaults left out. */
export type DefinitionsInput = z.input<typeof definitions>;
