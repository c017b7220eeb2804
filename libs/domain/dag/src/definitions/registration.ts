import { z } from 'zod';
import type { Dependency, PreviousRelation } from '../model.ts';
import {
  askedRef,
  name,
  positiveEventDuration,
  positiveProcessingDuration,
  processingDuration,
  ref,
  strict,
  version,
} from './fields.ts';
import { resultType } from './result-type.ts';
import { windowTypeDefinition } from './window-type.ts';

export const MAX_ALGORITHMS_PER_PROCESSOR = 1_000;
export const MAX_DEPENDENCIES = 100;
export const MAX_BINDINGS = 32;
export const MAX_PREVIOUS = 1_000;
export const MAX_RESULT_BYTES = 4_194_304;
const MAX_ATTEMPTS = 100;
const MAX_RERUN_DEPTH = 10_000;

const TIMINGS = ['EARLY', 'ON_TIME', 'LATE', 'FINAL'] as const;
const binding = z.union(
  [
    askedRef.transform((windowType) => ({ windowType, on: undefined, minCompleteness: undefined })),
    strict({
      windowType: askedRef,
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

const count = z.int().min(1).max(MAX_PREVIOUS);
type Span =
  | Omit<Extract<PreviousRelation, { count: number }>, 'kind'>
  | Omit<Extract<PreviousRelation, { durationUs: number }>, 'kind'>;

const previous = z.union(
  [
    count.transform((count): Span => ({ count })),
    positiveEventDuration.transform((durationUs): Span => ({ durationUs })),
    strict({
      count: count.describe('the last so many windows'),
      gap: z.int().min(1).max(MAX_PREVIOUS).optional().describe('leaves out the nearest so many'),
      within: positiveEventDuration
        .optional()
        .describe("only those that begin within so long before the window's start"),
    }).transform(({ count, gap, within }): Span => ({
      count,
      ...(gap !== undefined && { gap }),
      ...(within !== undefined && { withinUs: within }),
    })),
    strict({
      duration: positiveEventDuration.describe(
        "windows that begin within so long before the window's start, or before the gap",
      ),
      gap: positiveEventDuration
        .optional()
        .describe("leaves out those that begin within so long before the window's start"),
    }).transform(({ duration, gap }): Span => ({ durationUs: duration, ...(gap !== undefined && { gapUs: gap }) })),
  ],
  { error: `a count up to ${MAX_PREVIOUS}, a duration, { count, gap, within } or { duration, gap }` },
);

const relation = z.union(
  [
    z.enum(['same', 'parent', 'children', 'members']).transform((kind): Dependency['relation'] => ({ kind })),
    strict({ previous: previous.describe('the last so many windows, or those within a duration before') }).transform(
      ({ previous: span }): Dependency['relation'] => ({ kind: 'previous', ...span }),
    ),
  ],
  {
    error:
      '"same", "parent", "children", "members", { previous: 20 }, { previous: "10m" } or { previous: { count: 20, gap: 1 } }',
  },
);

/** What a dependency may do where its input is not as wished. */
const RULES = ['wait', 'runWithout', 'skip', 'fail'] as const;

const dependency = strict({
  algorithm: askedRef,
  relation: relation.prefault('same').describe('on which windows, seen from its own; default the same'),
  reads: resultType.optional().describe('what it expects to read; checked against what the algorithm declares'),
  onMissing: z
    .enum(RULES)
    .optional()
    .describe('there is no result; default wait; for previous: runWithout ([more](dependencies.md#rules))'),
  onFailed: z
    .enum(RULES)
    .optional()
    .describe('it failed or was skipped; default skip; for previous, children and members: runWithout'),
  onProvisional: z
    .enum(['accept', ...RULES])
    .default('accept')
    .describe('it may still be revised'),
  minCompleteness: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('of the pane that the result is about; not known is below'),
  onIncomplete: z.enum(RULES).optional().describe('it is below minCompleteness; default wait'),
  wait: processingDuration
    .optional()
    .describe('how long to wait, in processing time; default: as long as there is something to wait for'),
  afterWait: z
    .enum(['accept', 'runWithout', 'skip', 'fail'])
    .optional()
    .describe('then; `accept` takes a result as it is; default what onMissing says, and skip where that is wait'),
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
}).refine(({ minCompleteness, onIncomplete }) => minCompleteness !== undefined || onIncomplete === undefined, {
  message: 'below which completeness? give minCompleteness too',
  path: ['onIncomplete'],
});

const errorNames = z.array(z.string().max(200)).max(100);

const retry = strict({
  attempts: z.int().min(1).max(MAX_ATTEMPTS).default(3).describe('in all, with the first'),
  backoff: processingDuration.default(1_000).describe('pause before the second attempt; default 1s'),
  backoffFactor: z.number().min(1).max(10).default(2).describe('by which each pause is longer than the one before'),
  maxBackoff: processingDuration.default(60_000).describe('longest pause; default 1m'),
  jitter: z.number().min(0).max(1).optional().describe('the part of each pause that is drawn; default 0.5'),
  nonRetryable: errorNames.default([]).describe('error classes or codes that are never retried'),
  retryable: errorNames.min(1).optional().describe('the only ones that are; default all'),
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
  scheduleToClose: positiveProcessingDuration
    .optional()
    .describe('limit of a run from its opening to its outcome, with waiting and all attempts; default: none'),
  preempt: z
    .boolean()
    .optional()
    .describe('a newer pane cancels what runs on the one before, instead of waiting for it; default false'),
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

/** As much of one as can be read: defaults for what is required, and maybe no algorithm. */
export const readableRegistration = registration.extend({
  name: name.default('unread'),
  version: version.default('0'),
  algorithms: z.array(algorithm).default([]),
});

export type Registration = z.infer<typeof registration>;
export type RegistrationInput = z.input<typeof registration>;
export type AlgorithmDeclaration = Registration['algorithms'][number];
