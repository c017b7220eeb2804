import { limits, namePattern } from '@windlass/contracts';
import { parse, strict } from '@windlass/dag';
import type { SimulationStep } from '@windlass/simulation';
import { GLOBAL_KEY, timeOf, watermarkSignal } from '@windlass/windowing';
import { z } from 'zod';

/** Lines that cannot be read: each is named. */
export class SimulationInputError extends Error {
  readonly code = 'BAD_INPUT';
}

/** A step, and the line of the file in which it stands. */
export interface NumberedStep {
  readonly line: number;
  readonly step: SimulationStep;
}

/** Of a file of another kind every line would be a problem. */
const MAX_PROBLEMS = 20;

/** Characters of an id, a correlation or an emission key. */
const KEY_LENGTH = 200;

const key = (length: number) =>
  z
    .string()
    .min(1)
    .max(length)
    .regex(/^[^\u0000-\u001f\u007f]*$/, 'control characters are not allowed');

const name = key(limits.nameLength);
const source = name.refine(
  (text) => text !== GLOBAL_KEY,
  `"${GLOBAL_KEY}" is the hub's own: its windows belong to no source`,
);
const ref = key(2 * limits.nameLength + 1).regex(
  /^[^@]+@[^@]+$/,
  'a reference is name@version, for instance "cycle@1"',
);
const timeError =
  'a time is ISO 8601 with zone, for instance "2026-01-31T00:00:00.000000Z", or whole microseconds since 1970';
const time = z.union(
  [z.int({ error: timeError }), z.iso.datetime({ offset: true, error: timeError }).transform(timeOf)],
  { error: timeError },
);
const metadata = z
  .record(z.string(), z.union([z.null(), z.boolean(), z.number(), z.string()]))
  .refine((fields) => bytesOf(fields) <= limits.metadataBytes, `over the limit metadataBytes, ${limits.metadataBytes}`)
  .default({});

const signal = strict({
  source,
  id: key(KEY_LENGTH),
  name: name.regex(namePattern, 'a signal name is lower-case letters, digits and "-", and begins with a letter'),
  eventTime: time,
  phase: z.enum(['POINT', 'START', 'STOP', 'WATERMARK']).default('POINT'),
  values: z
    .record(name, z.number())
    .refine(
      (values) => Object.keys(values).length <= limits.signalValues,
      `over the limit signalValues, ${limits.signalValues}`,
    )
    .default({}),
  count: z.int().min(1).default(1),
  units: z.record(z.string(), z.string().max(50)).optional(),
  correlation: key(KEY_LENGTH).nullable().default(null),
  metadata,
});

const watermark = strict({
  source,
  time,
  name: name.regex(namePattern).default('watermark'),
});

const emission = strict({
  type: ref,
  source: name,
  start: time,
  end: time,
  emissionKey: key(KEY_LENGTH).nullable().default(null),
  metadata,
});

const found = {
  algorithm: ref,
  state: z.enum(['SUCCEEDED', 'FAILED', 'SKIPPED', 'CANCELLED']).default('SUCCEEDED'),
  result: z.json().default(null),
  emissions: z
    .array(emission.extend({ source: name.nullable().default(null) }))
    .max(limits.emissionsPerResult)
    .default([]),
  final: z.boolean().nullable().default(null),
  runComplete: z.boolean().default(true),
  withdrawn: z.boolean().default(false),
};
const outcome = strict({
  windowId: key(KEY_LENGTH).optional(),
  type: ref.optional(),
  source: name.optional(),
  start: time.optional(),
  ...found,
}).refine(
  ({ windowId, type, source: of, start }) => {
    const named = [type, of, start].filter((part) => part !== undefined).length;
    return windowId === undefined ? named === 3 : named === 0;
  },
  { message: 'name the window by windowId, or by type, source and start' },
);

const step = strict({
  signal: signal.optional(),
  watermark: watermark.optional(),
  clock: time.optional(),
  emission: emission
    .extend({ id: key(KEY_LENGTH).optional(), parentWindowId: key(KEY_LENGTH).nullable().default(null) })
    .optional(),
  outcome: outcome.optional(),
}).refine(
  (given) => Object.values(given).filter((one) => one !== undefined).length === 1,
  'a line is an object with exactly one of signal, watermark, clock, emission, outcome',
);

/** Every line that is not empty is one step. @throws {SimulationInputError} naming every line that is wrong. */
export function parseSimulationInput(text: string, path: string): NumberedStep[] {
  const steps: NumberedStep[] = [];
  const problems: string[] = [];
  for (const [index, content] of text.split('\n').entries()) {
    if (content.trim() === '') continue;
    const line = index + 1;
    const read = readLine(content);
    if ('problems' in read) problems.push(...read.problems.map((problem) => `${path}:${line}: ${problem}`));
    else steps.push({ line, step: toStep(read.value, line) });
  }
  if (problems.length === 0) return steps;
  const rest = problems.length - MAX_PROBLEMS;
  throw new SimulationInputError(
    [
      ...problems.slice(0, MAX_PROBLEMS),
      ...(rest > 0 ? [`… and ${rest} more`] : []),
      'docs/reference/simulate.md lists every field; nothing was simulated',
    ].join('\n'),
  );
}

function readLine(content: string): { readonly value: z.output<typeof step> } | { readonly problems: string[] } {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    return { problems: [`not JSON: ${(error as Error).message}`] };
  }
  const parsed = parse(step, value);
  if (parsed.ok) return parsed;
  return { problems: parsed.problems.map(({ path, message }) => (path === '.' ? message : `${path}: ${message}`)) };
}

function toStep(given: z.output<typeof step>, line: number): SimulationStep {
  if (given.signal) {
    const { source: of, eventTime, ...rest } = given.signal;
    return { kind: 'signal', source: of, signal: { ...rest, eventTimeUs: eventTime, cause: null } };
  }
  if (given.watermark) {
    const { source: of, time: eventTimeUs, name: called } = given.watermark;
    return {
      kind: 'signal',
      source: of,
      signal: watermarkSignal({ id: `line-${line}`, name: called, eventTimeUs, cause: null }),
    };
  }
  if (given.emission) {
    const { id = `line-${line}`, parentWindowId, ...rest } = given.emission;
    return { kind: 'emission', emission: { id, parentWindowId, key: rest.source, ...request(rest) } };
  }
  if (given.outcome) return { kind: 'outcome', outcome: toOutcome(given.outcome) };
  return { kind: 'clock', timeUs: given.clock! };
}

const toOutcome = ({
  windowId,
  type,
  source: of,
  start,
  final,
  withdrawn,
  emissions,
  ...rest
}: z.output<typeof outcome>): Extract<SimulationStep, { kind: 'outcome' }>['outcome'] => ({
  ...rest,
  window: windowId === undefined ? { windowType: type!, key: of!, startUs: start! } : { windowId },
  emissions: emissions.map((one) => ({ ...request(one), key: one.source })),
  isFinal: final,
  isWithdrawal: withdrawn,
});

const request = ({ type, start, end, emissionKey, metadata: fields }: Omit<z.output<typeof emission>, 'source'>) => ({
  windowType: type,
  startUs: start,
  endUs: end,
  emissionKey,
  metadata: fields,
});

const bytesOf = (fields: Readonly<Record<string, unknown>>): number =>
  Object.entries(fields).reduce(
    (sum, [field, value]) =>
      sum + Buffer.byteLength(field) + (typeof value === 'string' ? Buffer.byteLength(value) : 8),
    0,
  );
