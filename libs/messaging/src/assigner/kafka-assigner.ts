import { AssignerProtocol } from '@windlass/kafkajs-tuned';
import type { Cluster, PartitionAssigner } from 'kafkajs';
import { MessagingError } from '../errors.ts';
import { assignPartitions, type GroupMember } from './co-partition.ts';

const { MemberAssignment, MemberMetadata } = AssignerProtocol;

const name = 'windlass-co-partition';
const version = 1;

export interface AssignerOptions {
  readonly partitions: number;
  /** Partitions this member works on now; asked at every join. */
  readonly owned: () => GroupMember['owned'];
  /** Told kafkajs's cluster once, when the consumer is made. */
  readonly onCluster?: (cluster: Cluster) => void;
}

/**
 * Partition p of every topic of the group goes to one member, who keeps it while the shares allow. Kafka's own assigners spread
 * each topic apart, and then one key's records meet at two members.
 * @throws {MessagingError} TOPIC_MISMATCH (in the group's leader) when a topic has another partition count.
 */
export function coPartitionAssigner({ partitions, owned, onCluster }: AssignerOptions): PartitionAssigner {
  return ({ cluster }) => {
    onCluster?.(cluster);
    return {
      name,
      version,
      protocol: ({ topics }) => ({
        name,
        metadata: MemberMetadata.encode({ version, topics, userData: encodeOwned(owned()) }),
      }),
      assign: async ({ members, topics }) => {
        for (const topic of topics) checkCount(cluster, topic, partitions);
        const subscribed = new Map<string, readonly string[]>();
        const group = members.map(({ memberId, memberMetadata }): GroupMember => {
          const metadata = MemberMetadata.decode(memberMetadata);
          subscribed.set(memberId, metadata?.topics ?? topics);
          return { id: memberId, owned: decodeOwned(metadata?.userData) };
        });
        return [...assignPartitions({ partitions, members: group })].map(([memberId, mine]) => ({
          memberId,
          memberAssignment: MemberAssignment.encode({
            version,
            assignment: Object.fromEntries(subscribed.get(memberId)!.map((topic) => [topic, mine])),
            userData: Buffer.alloc(0),
          }),
        }));
      },
    };
  };
}

function checkCount(cluster: Cluster, topic: string, partitions: number): void {
  const found = cluster.findTopicPartitionMetadata(topic).length;
  if (found !== partitions) {
    throw new MessagingError('TOPIC_MISMATCH', `${topic} has ${found} partitions; this stage works with ${partitions}`);
  }
}

const entryBytes = 12;

function encodeOwned(owned: GroupMember['owned']): Buffer {
  const bytes = Buffer.alloc(owned.length * entryBytes);
  owned.forEach(({ partition, epoch }, index) => {
    bytes.writeInt32BE(partition, index * entryBytes);
    bytes.writeDoubleBE(epoch, index * entryBytes + 4);
  });
  return bytes;
}

function decodeOwned(bytes: Buffer | null | undefined): GroupMember['owned'] {
  if (!bytes || bytes.length % entryBytes !== 0) return [];
  return Array.from({ length: bytes.length / entryBytes }, (_, index) => ({
    partition: bytes.readInt32BE(index * entryBytes),
    epoch: bytes.readDoubleBE(index * entryBytes + 4),
  }));
}
