import { writtenPolicy } from '../definitions/policy.ts';
import { readDefinitions } from '../definitions/document.ts';
import type { Ref } from '../model.ts';
import { defaultPolicy } from '../policy.ts';
import { applyDefinitions } from './apply-definitions.ts';
import { contentOf, versionsIn } from './content.ts';
import type { Proposal, Refusal, RegistryState } from './state.ts';

/**
 * What changing some fields of a window type's policy makes of the registry. The others stay; null gives a field its default back
 * (JSON Merge Patch, RFC 7396).
 *
 * @param patch fields of `policy` in the definitions file, as people write them
 */
export function tunePolicy(
  state: RegistryState,
  windowType: Ref,
  patch: Readonly<Record<string, unknown>>,
): Proposal | Refusal {
  const ref = versionsIn(contentOf(state.revision).windowTypes).resolve(windowType) ?? windowType;
  const current = state.policies.get(ref) ?? defaultPolicy(ref);
  const fields = Object.entries({ ...writtenPolicy(current), ...patch, windowType }).filter(
    ([, value]) => value !== null,
  );
  return applyDefinitions(state, readDefinitions({ policies: [Object.fromEntries(fields)] }));
}
