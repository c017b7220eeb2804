import { HOLDABLE } from '@windlass/dag';
import { z } from 'zod';

/** Shapes of what the registry knows, for the OpenAPI document. What a definitions file says in full is told loosely here. */
const name = z.string();
const ref = z.string().describe('name@version');
const us = z.int().describe('microseconds since 1970');
const opened = z
  .looseObject({ kind: z.string() })
  .describe('how its windows open and close: durations in microseconds');

export const revision = z.object({
  number: z.int().describe('0: before the first'),
  windowTypes: z.array(z.looseObject({ name, version: z.string(), owner: name, open: opened, parent: ref.optional() })),
  processors: z.array(z.looseObject({ name, version: z.string(), owner: name, team: name })),
  algorithms: z.array(
    z.looseObject({
      name,
      version: z.string(),
      owner: name,
      processor: name,
      bindings: z.array(z.looseObject({ windowType: ref, on: z.array(z.string()) })),
      dependencies: z.array(z.looseObject({ algorithm: ref, relation: z.looseObject({ kind: z.string() }) })),
      result: z.looseObject({ type: z.string() }),
      emits: z.array(ref),
    }),
  ),
  expected: z.array(z.looseObject({ algorithm: ref, processor: name, owner: name })).optional(),
});

export const revisions = z.object({
  revisions: z.array(z.object({ number: z.int(), changedBy: z.string(), changedAtUs: us, why: z.string().nullable() })),
});

export const policy = z
  .looseObject({
    windowType: ref,
    number: z.int().describe('grows with each change; 0: nobody set it, the default holds'),
    outOfOrdernessUs: z.int(),
    idleTimeoutMs: z.int().nullable(),
    onIdle: z.enum(['advance', 'hold']),
    early: z.looseObject({ everyMs: z.int().optional(), count: z.int().optional() }).nullable(),
    allowedLatenessUs: z.int(),
  })
  .describe('the fields of `policy` in the definitions file, with durations as numbers and defaults filled in');

export const policies = z.object({ policies: z.array(policy) });

const attributes = {
  kind: name,
  parent: z.string().optional(),
  groups: z.array(name),
  labels: z.record(z.string(), z.string()),
  zone: z.string().optional(),
};
const since = us.optional().describe('event time from which on it is so; absent: ever');

export const source = z.looseObject({
  name,
  ...attributes,
  fromUs: since,
  owner: name.optional(),
  validFromUs: us.optional(),
  validToUs: us.optional(),
  declared: z.boolean(),
  firstSeenUs: us
    .nullable()
    .describe('processing time of its first signal, in microseconds since 1970; null: none has come'),
  firstSignal: z.string().nullable().describe('name of that signal'),
});

export const sourceHistory = z.object({
  versions: z
    .array(z.object({ fromUs: us.nullable(), toUs: us.nullable(), ...attributes }))
    .describe('oldest first; `fromUs` null: ever, `toUs` null: for good'),
  changes: z.array(
    z.object({
      number: z.int(),
      changedBy: z.string(),
      changedAtUs: us,
      source: z.looseObject({ name, ...attributes, fromUs: since }),
    }),
  ),
  next: z.int().nullable().describe('number to continue before; null: the last page'),
});

export const sourcePage = z.object({
  sources: z.array(source),
  next: z.string().nullable().describe('name to continue after; null: the last page'),
});

const instance = z.looseObject({
  processor: name,
  instance: z.string(),
  version: z.string(),
  host: z.string(),
  sdk: z.string(),
  state: z.string().describe('RUNNING, DRAINING or STOPPED, as it said last'),
  isAlive: z.boolean(),
  inFlight: z.int(),
  lagRecords: z.int().nullable(),
  heardAtUs: us,
});

export const hold = z.object({
  kind: z.enum(HOLDABLE),
  name,
  mode: z.enum(['PAUSE', 'DRAIN']).nullable(),
  number: z.int(),
  owner: name,
  by: z.string(),
  why: z.string().nullable(),
  sinceUs: us,
});

export const processor = z.object({
  name,
  version: z.string().describe('as it was registered last; instances tell their own'),
  owner: name,
  team: name,
  algorithms: z.array(ref),
  state: z.enum(['ALIVE', 'DRAINING', 'STOPPED', 'SILENT']),
  hold: hold.nullable().describe('null: tasks are dispatched to it'),
  heardAtUs: us.nullable().describe('null: not within a day'),
  lagRecords: z.int().nullable().describe('records of its window topic that it has not taken; null: not known'),
  inFlight: z.int().describe('tasks that its living instances work on'),
  growingSinceUs: us.nullable().describe('since when its lag has been rising; null: it is not growing'),
  missing: z
    .array(
      z.object({
        algorithm: ref,
        tasks: z
          .int()
          .nullable()
          .describe('tasks of the processor on its window types; null: the router did not answer'),
      }),
    )
    .describe('algorithms that no living instance has though some live: what needs them waits'),
  instances: z.array(instance),
});

export const processors = z.object({ processors: z.array(processor) });

export const jsonSchema = z
  .looseObject({ $schema: z.string(), title: z.string() })
  .describe('JSON Schema, draft 2020-12');

export const asyncApi = z.looseObject({ asyncapi: z.literal('3.0.0'), channels: z.looseObject({}) });
