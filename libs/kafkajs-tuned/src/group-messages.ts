interface Grouping<M> {
  readonly topic: string;
  readonly partitionMetadata: readonly unknown[];
  readonly messages: readonly M[];
  readonly partitioner: (of: {
    readonly topic: string;
    readonly partitionMetadata: readonly unknown[];
    readonly message: M;
  }) => number;
}

/** A topic's messages by partition, each in the order given. A topic without partitions takes none. */
export function groupMessages<M>({
  topic,
  partitionMetadata,
  messages,
  partitioner,
}: Grouping<M>): Record<number, M[]> {
  const grouped: Record<number, M[]> = {};
  if (partitionMetadata.length === 0) return grouped;
  for (const message of messages) (grouped[partitioner({ topic, partitionMetadata, message })] ??= []).push(message);
  return grouped;
}
