import { z } from 'zod';
import type { Source } from '../model.ts';
import { groupName, instant, name, sourceName, strict, zone } from './fields.ts';

export const sourceDefinition = strict({
  name: sourceName,
  kind: name,
  parent: sourceName.optional().describe('the asset it is part of: site › line › pump'),
  groups: z.array(groupName).max(100).default([]),
  labels: z.record(name, z.string().max(200)).default({}),
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
