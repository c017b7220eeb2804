import { z } from 'zod';
import type { Dependency, ResultType } from '../model.ts';
import {
  name,
  positiveEventDuration,
  positiveProcessingDuration,
  processingDuration,
  ref,
  strict,
  version,
} from './fields.ts';
import { windowTypeDefinition } from './window-type.ts';

export const MAX_ALGORITHMS_PER_PROCESSOR = 1_000;
export const MAX_DEPENDENCIES = 100;
export const MAX_BINDINGS = 32;
export const MAX_PREVIOUS = 1_000;
export const MAX_RESULT_BYTES = 4_194_304;
const MAX_ATTEMPTS = 100;
const MAX_RERUN_DEPTH = 10_000;

const TIMINGS = ['EARLY', 'ON_TIME', 'LATE', 'FINAL'] as const;
const RESULT_TYPES = ['double', 'long', 'boolean', 'string', 'bytes', 'array', 'struct', 'none'] as const;

const resultObject: z.ZodType<ResultType> = z
  .lazy(() =>
    strict({
      type: z.enum(RESULT_TYPES).describe('of the value; `none`: there is no value'),
      unit: z.string().max(50).optional().describe('UCUM unit'),
      fields: z.record(z.string().max(100), resultObject).optional().describe('of a struct'),
    }),
  )
  .meta({ id: 'ResultType' });
const resultType = z
  .union([z.enum(RESULT_TYPES).transform((type): ResultType => ({ type })), resultObject], {
    error: `one of ${RESULT_TYPES.join(', ')}, or an object with type, unit, fields`,
  })
  .describe('a type, or an object with type, unit and fields');

const binding = z.union(
  [
    ref.transform((windowType) => ({ windowType, on: undefined, minCompleteness: undefined })),
    strict({
      windowType: ref,
      on: z.array(z.enum(TIMINGS)).min(1).optional().describe('which panes; default ON_TIME and LATE'),
      minCompleteness: z
        .number()
        .min(0)
        .max(1)
        .optional()
        .describe('only panes that are known to be as complete; default: all'),
    }),
  ],
  { error: 'a window type like "cycle@1", or an object with windowType, on, minCompleteness' },
);

const previous = z.union(
  [
    z
      .int()
      .min(1)
      .max(MAX_PREVIOUS)
      .transform((count) => ({ count })),
    positiveEventDuration.transform((durationUs) => ({ durationUs })),
  ],
  { error: `a count up to ${MAX_PREVIOUS}, or a duration` },
);

const relation = z.union(
  [
    z.enum(['same', 'parent', 'children', 'members']).transform((kind): Dependency['relation'] => ({ kind })),
    strict({ previous: previous.describe('the last so many windows, or those within a duration before') }).transform(
      ({ previous: span }): Dependency['relation'] => ({ kind: 'previous', ...span }),
    ),
  ],
  { error: '"same", "parent", "children", "members", { previous: 20 } or { previous: "10m" }' },
);

const dependency = strict({
  algorithm: ref,
  relation: relation.prefault('same').describe('on which windows, seen from its own; default the same'),
  reads: resultType.optional().describe('what it expects to read; checked against what the algorithm declares'),
  onMissing: z
    .enum(['wait', 'runWithout', 'skip', 'fail'])
    .optional()
    .describe('default wait; for previous: runWithout'),
  onFailed: z
    .enum(['runWithout', 'skip', 'fail'])
    .optional()
    .describe('default skip; for previous and children: runWithout'),
  onProvisional: z
    .enum(['accept', 'wait'])
    .default('accept')
    .describe('take results that may still be revised, or wait for final ones'),
  wait: processingDuration.optional().describe('how long to wait before onMissing is settled; default: for ever'),
  onRevision: z
    .union(
      [
        z.enum(['rerun', 'keep']),
        strict({ rerunDepth: z.int().min(1).max(MAX_RERUN_DEPTH).describe('so many windows of the cascade at most') }),
      ],
      {
        error: '"rerun", "keep" or { rerunDepth: n }',
      },
    )
    .optional()
    .describe('what a revised input does; default rerun, and keep for a previous dependency that leads back to itself'),
});

const retry = strict({
  attempts: z.int().min(1).max(MAX_ATTEMPTS).default(3).describe('in all, with the first'),
  backoff: processingDuration.default(1_000).describe('pause before the second attempt; default 1s'),
  backoffFactor: z.number().min(1).max(10).default(2).describe('by which each pause is longer than the one before'),
  maxBackoff: processingDuration.default(60_000).describe('longest pause; default 1m'),
  nonRetryable: z.array(z.string().max(200)).max(100).default([]).describe('error classes that are never retried'),
});

const algorithm = strict({
  name,
  version,
  windows: z.array(binding).min(1).max(MAX_BINDINGS).describe('the window types it runs on'),
  dependencies: z
    .array(dependency)
    .max(MAX_DEPENDENCIES)
    .default([])
    .describe('results of other algorithms that it needs; default none'),
  result: resultType.default({ type: 'none' }),
  emits: z.array(ref).max(MAX_BINDINGS).default([]).describe('window types of which its results may emit windows'),
  timeout: positiveProcessingDuration.default(60_000).describe('start-to-close limit of one attempt; default 60s'),
  retry: retry.prefault({}).describe('what becomes of a failed attempt'),
  maxResultBytes: z
    .int()
    .min(1)
    .max(MAX_RESULT_BYTES)
    .default(MAX_RESULT_BYTES)
    .describe('a larger encoded result is refused'),
});

/** What a processor sends to register itself. Registering adds and changes; an algorithm left out stays until an operator retires it. */
export const registration = strict({
  $schema: z.string().optional().describe('for editors'),
  name,
  version,
  owner: name.optional().describe('team that owns it; default: its team'),
  team: name.default('default').describe('names the result topic it writes'),
  algorithms: z.array(algorithm).min(1).max(MAX_ALGORITHMS_PER_PROCESSOR).describe('that it runs'),
  windowTypes: z
    .array(windowTypeDefinition)
    .max(100)
    .default([])
    .describe('proposals: taken for types that are new, otherwise what the hub has stays'),
});

export type Registration = z.infer<typeof registration>;
export type RegistrationInput = z.input<typeof registration>;
export type AlgorithmDeclaration = Registration['algorithms'][number];
