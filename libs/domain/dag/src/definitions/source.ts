import { z } from 'zod';
import type { Source } from '../model.ts';
import { groupName, instant, name, sourceName, strict, zone } from './fields.ts';

const MAX_GROUPS = 100;
export const MAX_LABEL_LENGTH = 200;

export const sourceDefinition = strict({
  name: sourceName,
  kind: name,
  parent: sourceName.optional().describe('the asset it is part of: site › line › pump'),
  groups: z
    .array(groupName)
    .max(MAX_GROUPS)
    .default([])
    .describe('fleets, lines and the like that it is in; default none'),
  labels: z
    .record(name, z.string().max(MAX_LABEL_LENGTH))
    .default({})
    .describe('free text by name, for selectors; default none'),
  zone: zone.optional(),
  owner: name.optional().describe("team; default: the file's owner"),
  validFrom: instant.optional(),
  validTo: instant.optional(),
}).refine(({ validFrom, validTo }) => validFrom === undefined || validTo === undefined || validFrom < validTo, {
  message: 'not after validFrom',
  path: ['validTo'],
});

export type SourceDefinition = z.infer<typeof sourceDefinition>;

export function toSource(definition: SourceDefinition, defaultOwner: string): Source {
  const { validFrom, validTo, ...source } = definition;
  return {
    ...source,
    owner: source.owner ?? defaultOwner,
    ...(validFrom !== undefined && { validFromUs: validFrom }),
    ...(validTo !== undefined && { validToUs: validTo }),
  };
}
