import { z } from 'zod';
import type { SourceKind } from '../model.ts';
import { MAX_UNIT_LENGTH, unitProblem } from '../unit.ts';
import { NAME_MAX, name, positiveEventDuration, signalName, strict } from './fields.ts';

export const MAX_KINDS = 1_000;
export const MAX_CHANNELS = 1_000;

const channelName = z
  .string()
  .min(1)
  .max(NAME_MAX)
  .regex(/^[^\u0000-\u001f\u007f]+$/, 'a channel name has no control characters')
  .describe(`as in the \`values\` of signals; at most ${NAME_MAX} characters`);

const unit = z
  .string()
  .max(MAX_UNIT_LENGTH)
  .superRefine((code, context) => {
    const message = unitProblem(code);
    if (message !== null) context.addIssue({ code: 'custom', message });
  })
  .describe('UCUM unit, for instance `bar`, `Cel`, `/min`');

const channel = strict({
  name: channelName,
  type: z
    .enum(['double', 'long', 'boolean', 'string'])
    .default('double')
    .describe('numbers, whole numbers, and 0 or 1 stand in `values`; a `string` stands in `metadata`'),
  unit: unit.optional(),
  signal: signalName.optional().describe('name of the signals that carry it'),
  every: positiveEventDuration
    .optional()
    .describe(
      'a sample is expected in each such stretch; with `signal`, what `expected` of window types is by default',
    ),
  description: z.string().max(1_000).optional().describe('for people'),
})
  .refine(({ type, unit: of }) => of === undefined || type === 'double' || type === 'long', {
    message: 'only numbers have a unit',
    path: ['unit'],
  })
  .meta({ id: 'Channel' });

export const kindDefinition = strict({
  name,
  owner: name.optional().describe("team; default: the file's owner"),
  description: z.string().max(1_000).optional().describe('for people'),
  channels: z.array(channel).max(MAX_CHANNELS).default([]).describe('what its sources measure; default none'),
  undeclared: z
    .enum(['accept', 'refuse'])
    .default('accept')
    .describe('signals with a channel that is not declared here: taken, or dead letters'),
})
  .refine(({ channels }) => new Set(channels.map(({ name: of }) => of)).size === channels.length, {
    message: 'a channel is given twice',
    path: ['channels'],
  })
  .refine(({ name: of }) => of !== 'unknown', {
    message: 'sources that nobody has declared are of the kind "unknown": it has no channels',
    path: ['name'],
  });

export type KindDefinition = z.infer<typeof kindDefinition>;

export const toKind = (
  { name: of, owner, description, channels, undeclared }: KindDefinition,
  defaultOwner: string,
): SourceKind => ({
  name: of,
  owner: owner ?? defaultOwner,
  ...(description !== undefined && { description }),
  channels: channels
    .map(({ every, ...rest }) => ({ ...rest, ...(every !== undefined && { everyUs: every }) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1)),
  undeclared,
});
