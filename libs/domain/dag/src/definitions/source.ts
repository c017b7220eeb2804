import { z } from 'zod';
import type { WantedSource } from '../change/source-change.ts';
import { groupName, instant, name, sourceName, strict, zone } from './fields.ts';

const MAX_GROUPS = 100;
export const MAX_LABELS = 100;
export const MAX_LABEL_LENGTH = 200;

export const sourceDefinition = strict({
  name: sourceName,
  kind: name,
  parent: sourceName.optional().describe('the asset it is part of, a source too: site › line › pump'),
  groups: z
    .array(groupName)
    .max(MAX_GROUPS)
    .default([])
    .describe('fleets, lines and the like that it is in; default none'),
  labels: z
    .record(name, z.string().max(MAX_LABEL_LENGTH))
    .refine((given) => Object.keys(given).length <= MAX_LABELS, { message: `more than ${MAX_LABELS} labels` })
    .default({})
    .describe('free text by name, for selectors; default none'),
  zone: zone.optional(),
  owner: name.optional().describe("team; default: the file's owner"),
  from: z
    .union([z.literal('ever'), instant], {
      error: '"ever", or ISO 8601 with offset, for instance 2026-01-31T00:00:00Z',
    })
    .optional()
    .describe(
      'event time from which on kind, parent, groups, labels and zone are these ([more](sources.md)); default: ever when it is new, else now',
    ),
  validFrom: instant.optional(),
  validTo: instant.optional(),
}).refine(({ validFrom, validTo }) => validFrom === undefined || validTo === undefined || validFrom < validTo, {
  message: 'not after validFrom',
  path: ['validTo'],
});

export type SourceDefinition = z.infer<typeof sourceDefinition>;

export function toWantedSource(definition: SourceDefinition, defaultOwner: string): WantedSource {
  const { name: of, owner = defaultOwner, from, validFrom, validTo, ...attributes } = definition;
  return {
    name: of,
    attributes,
    fromUs: from === 'ever' ? -Infinity : (from ?? null),
    rest: {
      owner,
      ...(validFrom !== undefined && { validFromUs: validFrom }),
      ...(validTo !== undefined && { validToUs: validTo }),
    },
  };
}
