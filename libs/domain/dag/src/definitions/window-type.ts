import { z } from 'zod';
import type { Calendar } from '../calendar.ts';
import type { Opening, WindowType } from '../model.ts';
import { calendarOpening } from './calendar.ts';
import {
  askedRef,
  eventDuration,
  groupName,
  name,
  positiveEventDuration,
  signalName,
  strict,
  version,
  zone,
} from './fields.ts';
import { policyFields } from './policy.ts';

export const MAX_KEPT_SIGNALS = 5_000;
export const MAX_KEPT_BYTES = 1_048_576;
/** Sliding windows that hold one instant. */
const MAX_OVERLAP = 100;
/** Samples of one window that is bounded by their number. */
const MAX_COUNT = 5_000;
const MAX_READS = 1_000;
const MAX_METADATA_FIELDS = 100;

const selector = strict({
  kind: name.optional(),
  groups: z.array(groupName).min(1).max(100).optional().describe('at least one of these'),
  labels: z.record(name, z.string().max(200)).optional().describe('all of these'),
}).describe('which sources; empty: all');

const scope = z
  .enum(['source', 'group'])
  .default('source')
  .describe('one window for each source, or one for each group (a fleet, a line) that its sources are in');
const fixed = strict({
  size: positiveEventDuration.describe('length of a window'),
  offset: eventDuration.default(0).describe('shift of the edges; default 0s'),
  align: z
    .enum(['epoch', 'parent'])
    .optional()
    .describe("where edges are counted from; default: the parent's start when there is a parent"),
  partial: z
    .enum(['keep', 'drop', 'extend'])
    .default('keep')
    .describe("what becomes of the part left at the parent's end"),
  scope,
});
const sliding = strict({
  size: positiveEventDuration.describe('length of a window'),
  slide: positiveEventDuration.describe(
    `from one start to the next; at most the size, and at least a ${MAX_OVERLAP}th of it`,
  ),
  offset: eventDuration.default(0).describe('shift of the starts; default 0s'),
  align: z
    .enum(['epoch', 'parent'])
    .optional()
    .describe("where starts are counted from; default: the parent's start when there is a parent"),
  partial: z
    .enum(['keep', 'drop'])
    .default('keep')
    .describe("what becomes of windows that reach beyond the parent's end: cut there, or none"),
  scope,
})
  .refine(({ size, slide }) => slide <= size, {
    message: 'longer than "size": what lies between two windows would be in none; use fixed windows or a shorter slide',
    path: ['slide'],
  })
  .refine(({ size, slide }) => size <= slide * MAX_OVERLAP, {
    message: `each signal would be in more than ${MAX_OVERLAP} windows; a longer slide, or a shorter size`,
    path: ['slide'],
  });
const session = strict({
  gap: positiveEventDuration.describe('silence of this length ends a window'),
});
const startStop = strict({
  signal: signalName.describe('name of the START and STOP signals'),
  onSecondStart: z
    .enum(['ignore', 'restart', 'nest'])
    .default('ignore')
    .describe('a second START while a window is open'),
  maxDuration: positiveEventDuration.describe('a window without a STOP is closed after this'),
});
const point = strict({
  signal: signalName.describe('name of the POINT signals; each opens a window of its own'),
  before: eventDuration.default(0).describe('the window starts so long before the signal; default 0s'),
  after: eventDuration.default(0).describe('and ends so long after it; default 0s'),
}).refine(({ before, after }) => before + after > 0, {
  message: 'the window would be empty: give "before", "after" or both, for instance "10s"',
  path: ['after'],
});
const expression = z.string().min(1).max(2_000);
const minDuration = eventDuration.default(0).describe('what lasts less long opens no window; default 0s');
const maxGap = positiveEventDuration
  .optional()
  .describe('a silence of this length ends a window; default: what the last signal said goes on');
const condition = strict({
  signal: signalName.describe('name of the signals that are judged'),
  while: expression
    .optional()
    .describe('CEL over `values`, `signal` and `metadata`, for instance `values.temperature > 80.0`; or:'),
  from: expression.optional().describe('a window opens when this holds…'),
  to: expression.optional().describe('…and closes when this does: two thresholds are a hysteresis'),
  minDuration,
  minBreak: eventDuration.default(0).describe('a shorter break does not end a window; default 0s'),
  maxDuration: positiveEventDuration.describe('a window is closed after this; the next begins with the next signal'),
  maxGap,
})
  .refine((given) => (given.while === undefined) === (given.from !== undefined && given.to !== undefined), {
    message: 'give "while", or "from" and "to"',
    path: ['while'],
  })
  .refine((given) => given.while === undefined || (given.from === undefined && given.to === undefined), {
    message: 'give "while", or "from" and "to", not both',
    path: ['while'],
  })
  .refine(({ minDuration: min, maxDuration: max }) => min < max, {
    message: 'no window is as long as "minDuration", because "maxDuration" ends it before',
    path: ['minDuration'],
  });
const state = strict({
  signal: signalName.describe('name of the signals that are looked at'),
  of: expression.describe('CEL over `values`, `signal` and `metadata` that gives a number, text or boolean'),
  as: z.string().max(100).optional().describe('metadata field that takes the value'),
  minDuration,
  maxDuration: positiveEventDuration.describe('a window is closed after this; the next begins with the next signal'),
  maxGap,
}).refine(({ minDuration: min, maxDuration: max }) => min < max, {
  message: 'no window is as long as "minDuration", because "maxDuration" ends it before',
  path: ['minDuration'],
});
const count = strict({
  size: z.int().min(1).max(MAX_COUNT).describe('samples in a window, in order of event time'),
  maxDuration: positiveEventDuration.describe('a window that has fewer is closed after this'),
});
const cron = strict({
  expression: z.string().max(200).describe('five fields (minute first) or six (second first)'),
  zone: zone.default('UTC'),
  scope: z
    .enum(['source', 'group', 'global'])
    .default('source')
    .describe('one window for each source, for each group that its sources are in, or one for all'),
});
const outcome = strict({
  algorithm: askedRef,
  when: z
    .string()
    .min(1)
    .max(2_000)
    .describe('CEL over `result`, `window` and `metadata`, for instance `result > 3.0`'),
  from: z.enum(['start', 'end']).default('start').describe("the window starts at the upstream window's start or end"),
  until: z
    .union([z.literal('parent'), positiveEventDuration], { error: '"parent", or a duration' })
    .default('parent')
    .describe('it ends with its parent, or after a duration'),
  once: z
    .enum(['parent', 'never'])
    .default('parent')
    .describe('`parent`: only the first of each parent opens one; `never`: each does'),
});

const open = strict({
  fixed: fixed.optional().describe('on a grid of time, one after the other'),
  sliding: sliding.optional().describe('on a grid of time, overlapping'),
  session: session.optional().describe('as long as signals follow each other'),
  startStop: startStop.optional().describe('from a START signal to its STOP'),
  point: point.optional().describe('around each POINT signal of a name'),
  condition: condition.optional().describe('as long as a condition over signals holds'),
  state: state.optional().describe('as long as an expression over signals keeps its value'),
  count: count.optional().describe('so many samples'),
  wholeLife: strict({}).optional().describe('one window, from the first signal of the source on'),
  cron: cron.optional().describe('from one instant of a cron expression to the next ([more](cron.md))'),
  calendar: calendarOpening.optional().describe('shifts and the like ([more](calendar.md))'),
  outcome: outcome.optional().describe('opened by a result that meets a condition'),
  emission: strict({}).optional().describe('opened by algorithms that emit it, by people and by programs'),
})
  .refine(
    (given) => Object.values(given).filter((one) => one !== undefined).length === 1,
    'give exactly one of fixed, sliding, session, startStop, point, condition, state, count, wholeLife, cron, calendar, outcome, emission',
  )
  .meta({ minProperties: 1, maxProperties: 1, description: 'how its windows open and close: exactly one of these' });

const metadataField = strict({
  type: z.enum(['double', 'string', 'boolean']).describe('of its value'),
  unit: z.string().max(50).optional().describe('UCUM unit'),
  required: z.boolean().default(false).describe('a window without it is refused'),
});

export const windowTypeDefinition = strict({
  name,
  version,
  owner: name.optional().describe("team; default: the file's owner"),
  like: askedRef
    .optional()
    .describe(
      'the same windows as this type, with a policy of its own; then only name, version, owner and policy are given',
    ),
  for: selector.optional(),
  reads: z
    .array(signalName)
    .max(MAX_READS)
    .optional()
    .describe('signals that are elements of its windows and move its watermark'),
  parent: askedRef.optional().describe('its windows lie within windows of this type'),
  open: open.optional(),
  keepSignals: strict({
    count: z.int().min(1).max(MAX_KEPT_SIGNALS).default(MAX_KEPT_SIGNALS).describe('the earliest so many of a window'),
    bytes: z.int().min(1).max(MAX_KEPT_BYTES).default(MAX_KEPT_BYTES).describe('at most so many bytes of them'),
  })
    .optional()
    .describe('keep the signals and carry them in the task; default: only count them'),
  metadata: z
    .record(
      z
        .string()
        .regex(/^[A-Za-z][A-Za-z0-9_-]*$/, 'a field is letters, digits, "_" and "-", and begins with a letter')
        .max(100),
      metadataField,
    )
    .refine((fields) => Object.keys(fields).length <= MAX_METADATA_FIELDS, `at most ${MAX_METADATA_FIELDS} fields`)
    .optional()
    .describe('fields that its windows take from signals, by name'),
  metadataFromClose: z
    .boolean()
    .optional()
    .describe("the closing signal's metadata overlays the opening one's; default false"),
  expected: strict({
    every: z
      .union([z.literal('learned'), positiveEventDuration], { error: 'a duration, or "learned"' })
      .describe('one sample is expected in each such stretch; `learned`: as many as in the windows before'),
  })
    .optional()
    .describe(
      'how many samples a complete window has: panes then tell their completeness and gaps; default: not known',
    ),
  policy: policyFields.optional().describe('its availability policy; what is left out has its default'),
})
  .refine((type) => type.like !== undefined || type.open !== undefined, {
    message: 'required, unless `like` is given',
    path: ['open'],
  })
  .refine((type) => type.like === undefined || !INHERITED.some((field) => type[field] !== undefined), {
    message: 'with `like` only name, version, owner and policy are given',
    path: ['like'],
  });

const INHERITED = [
  'for',
  'reads',
  'parent',
  'open',
  'keepSignals',
  'metadata',
  'metadataFromClose',
  'expected',
] as const;

export type WindowTypeDefinition = z.infer<typeof windowTypeDefinition>;

/** Calendars by name. */
export type Calendars = ReadonlyMap<string, Calendar>;

/** The window type that a definition without `like` describes. The calendar that it names, if it does, is there. */
export function toWindowType(
  definition: WindowTypeDefinition,
  { owner: defaultOwner, calendars }: { readonly owner: string; readonly calendars: Calendars },
): WindowType {
  const { parent, keepSignals } = definition;
  return {
    name: definition.name,
    version: definition.version,
    owner: definition.owner ?? defaultOwner,
    for: definition.for ?? {},
    reads: definition.reads ?? [],
    open: toOpening(definition.open!, { nested: parent !== undefined, calendars }),
    ...(parent !== undefined && { parent }),
    keepSignals: keepSignals ?? null,
    metadata: definition.metadata ?? {},
    metadataFromClose: definition.metadataFromClose ?? false,
    ...(definition.expected && { expected: { everyUs: definition.expected.every } }),
  };
}

const EMPTY_CALENDAR: Calendar = { zone: 'UTC', intervals: [], holidays: [], exceptions: [] };

interface OpeningContext {
  readonly nested: boolean;
  readonly calendars: Calendars;
}

function toOpening(given: z.infer<typeof open>, { nested, calendars }: OpeningContext): Opening {
  if (given.fixed) {
    const { size, offset, align, partial } = given.fixed;
    const aligned = align ?? (nested ? 'parent' : 'epoch');
    return { kind: 'fixed', sizeUs: size, offsetUs: offset, align: aligned, partial, ...scoped(given.fixed) };
  }
  if (given.sliding) {
    const { align, partial } = given.sliding;
    const aligned = align ?? (nested ? 'parent' : 'epoch');
    const { size: sizeUs, slide: slideUs, offset: offsetUs } = given.sliding;
    return { kind: 'sliding', sizeUs, slideUs, offsetUs, align: aligned, partial, ...scoped(given.sliding) };
  }
  if (given.session) return { kind: 'session', gapUs: given.session.gap };
  if (given.startStop) {
    const { signal, onSecondStart, maxDuration } = given.startStop;
    return { kind: 'startStop', signal, onSecondStart, maxDurationUs: maxDuration };
  }
  if (given.point) {
    const { signal, before, after } = given.point;
    return { kind: 'point', signal, beforeUs: before, afterUs: after };
  }
  if (given.condition) return toCondition(given.condition);
  if (given.state) {
    const { signal, of, as = null, minDuration: minDurationUs, maxDuration: maxDurationUs, maxGap: gap } = given.state;
    return { kind: 'state', signal, of, as, minDurationUs, maxDurationUs, maxGapUs: gap ?? null };
  }
  if (given.count) return { kind: 'count', size: given.count.size, maxDurationUs: given.count.maxDuration };
  if (given.wholeLife) return { kind: 'wholeLife' };
  if (given.cron) return { kind: 'cron', ...given.cron };
  if (given.calendar) {
    const { use, calendar, scope, breaks } = given.calendar;
    const resolved = use === undefined ? calendar : calendars.get(use);
    return { kind: 'calendar', scope, breaks, ...(resolved ?? EMPTY_CALENDAR) };
  }
  if (given.outcome) {
    const { until, ...rest } = given.outcome;
    return { kind: 'outcome', ...rest, until: until === 'parent' ? until : { durationUs: until } };
  }
  return { kind: 'emission' };
}

const toCondition = (given: z.infer<typeof condition>): Opening => ({
  kind: 'condition',
  signal: given.signal,
  from: given.while ?? given.from!,
  to: given.to ?? null,
  minDurationUs: given.minDuration,
  minBreakUs: given.minBreak,
  maxDurationUs: given.maxDuration,
  maxGapUs: given.maxGap ?? null,
});

const scoped = ({ scope: of }: { readonly scope: 'source' | 'group' }) => (of === 'group' ? { scope: of } : {});
