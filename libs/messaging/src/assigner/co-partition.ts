/** A member of the group as the assigner sees it. */
export interface GroupMember {
  readonly id: string;
  /** Partitions it works on now; `epoch` of the stage's fence decides between two that claim the same one. */
  readonly owned: readonly { readonly partition: number; readonly epoch: number }[];
}

/**
 * Gives each partition (of all topics at once) to one member. Shares differ by at most one, and a partition moves only where that
 * needs it: a member keeps what it has up to its share. Deterministic in its input, whatever the order of members.
 */
export function assignPartitions({
  partitions,
  members,
}: {
  readonly partitions: number;
  readonly members: readonly GroupMember[];
}): Map<string, number[]> {
  const claims = claimsOf(members);
  const byClaims = [...members]
    .map(({ id }) => ({ id, claimed: claimedBy(claims, id, partitions) }))
    .sort((a, b) => b.claimed.length - a.claimed.length || (a.id < b.id ? -1 : 1));
  const share = Math.floor(partitions / byClaims.length);
  const larger = partitions % byClaims.length;
  const assigned = new Map<string, number[]>();
  const taken = new Set<number>();
  byClaims.forEach(({ id, claimed }, rank) => {
    const kept = claimed.slice(0, rank < larger ? share + 1 : share);
    for (const partition of kept) taken.add(partition);
    assigned.set(id, kept);
  });
  const free = Array.from({ length: partitions }, (_, partition) => partition).filter(
    (partition) => !taken.has(partition),
  );
  byClaims.forEach(({ id }, rank) => {
    const mine = assigned.get(id)!;
    mine.push(...free.splice(0, (rank < larger ? share + 1 : share) - mine.length));
    mine.sort((a, b) => a - b);
  });
  return assigned;
}

function claimsOf(members: readonly GroupMember[]): Map<number, { id: string; epoch: number }> {
  const claims = new Map<number, { id: string; epoch: number }>();
  for (const { id, owned } of members) {
    for (const { partition, epoch } of owned) {
      const other = claims.get(partition);
      if (!other || epoch > other.epoch || (epoch === other.epoch && id < other.id))
        claims.set(partition, { id, epoch });
    }
  }
  return claims;
}

const claimedBy = (claims: ReadonlyMap<number, { id: string }>, id: string, partitions: number): number[] =>
  [...claims]
    .filter(([partition, claim]) => claim.id === id && partition < partitions)
    .map(([partition]) => partition)
    .sort((a, b) => a - b);
