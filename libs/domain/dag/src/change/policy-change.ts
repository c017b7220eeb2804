import type { AvailabilityPolicy, Ref } from '../model.ts';
import { defaultPolicy } from '../policy.ts';
import { sameJson } from './equal.ts';
import type { RegistryState } from './state.ts';
import type { Wanted } from './wanted.ts';

/** Those that change, with their next number. */
export const numberedPolicies = (state: RegistryState, { policies }: Pick<Wanted, 'policies'>): AvailabilityPolicy[] =>
  [...policies.values()].flatMap((policy) => numbered(policy, state.policies.get(policy.windowType)));

export const policiesAfter = (
  state: RegistryState,
  changed: readonly AvailabilityPolicy[],
): Map<Ref, AvailabilityPolicy> =>
  new Map([...state.policies, ...changed.map((policy) => [policy.windowType, policy] as const)]);

/** The policy with its next number, unless it is what holds already. */
function numbered(policy: AvailabilityPolicy, before: AvailabilityPolicy | undefined): AvailabilityPolicy[] {
  const number = before?.number ?? 0;
  if (sameJson({ ...policy, number }, before ?? defaultPolicy(policy.windowType))) return [];
  return [{ ...policy, number: number + 1 }];
}
