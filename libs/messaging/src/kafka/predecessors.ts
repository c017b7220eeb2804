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
 * Takes leave of a group for those who died as this client and could not: without it, the group waits for them until their session is
 * over. To be called before this client joins. One that lives all the same hears of it with its next heartbeat, and joins again.
 * @returns how many there were
 */
export async function leaveForPredecessors(
  cluster: Cluster,
  { groupId, clientId }: { readonly groupId: string; readonly clientId: string },
): Promise<number> {
  const coordinator = (await cluster.findGroupCoordinator({ groupId })) as unknown as Coordinator;
  const { groups } = await coordinator.describeGroups({ groupIds: [groupId] });
  const dead = groups.flatMap(({ members }) => members).filter((member) => member.clientId === clientId);
  for (const { memberId } of dead) await coordinator.leaveGroup({ groupId, memberId });
  return dead.length;
}
