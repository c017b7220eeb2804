import type { Cluster } from 'kafkajs';

/** What kafkajs's broker can do, beyond its types. */
interface Coordinator {
  describeGroups(asked: { readonly groupIds: readonly string[] }): Promise<{
    readonly groups: readonly {
      readonly members: readonly { readonly memberId: string; readonly clientId: string }[];
    }[];
  }>;
  leaveGroup(member: { readonly groupId: string; readonly memberId: string }): Promise<unknown>;
}

/**
 * Takes leave of a group for those of its members who are known to be dead and could not: without it, the group waits for them until
 * their session is over. `isOurs` tells them by their client id; to be called before this process joins. One that lives all the same
 * hears of it with its next heartbeat, and joins again.
 * @returns how many there were
 */
export async function leaveForPredecessors(
  cluster: Cluster,
  { groupId, isOurs }: { readonly groupId: string; readonly isOurs: (clientId: string) => boolean },
): Promise<number> {
  const coordinator = (await cluster.findGroupCoordinator({ groupId })) as unknown as Coordinator;
  const { groups } = await coordinator.describeGroups({ groupIds: [groupId] });
  const dead = groups.flatMap(({ members }) => members).filter(({ clientId }) => isOurs(clientId));
  for (const { memberId } of dead) await coordinator.leaveGroup({ groupId, memberId });
  return dead.length;
}
