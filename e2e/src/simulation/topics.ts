import { partitionOf, slotOf } from '@windlass/contracts';

/** A record as it lies in a topic. `value` is what a codec would have made of it. */
export interface SimulatedRecord {
  readonly key: string;
  readonly value: unknown;
}

export interface SimulatedMessage extends SimulatedRecord {
  readonly topic: string;
}

/** Topics in memory: what is appended stays, in order, in the partition of its key. */
export class SimulatedTopics {
  readonly partitions: number;
  private readonly records = new Map<string, SimulatedRecord[]>();

  constructor(partitions: number) {
    this.partitions = partitions;
  }

  append({ topic, key, value }: SimulatedMessage): void {
    this.of(topic, this.partitionOf(key)).push({ key, value });
  }

  of(topic: string, partition: number): SimulatedRecord[] {
    const name = `${topic}/${partition}`;
    let records = this.records.get(name);
    if (!records) this.records.set(name, (records = []));
    return records;
  }

  /** Of all partitions, one after the other. */
  all(topic: string): SimulatedRecord[] {
    return Array.from({ length: this.partitions }, (_, partition) => this.of(topic, partition)).flat();
  }

  partitionOf(key: string): number {
    return partitionOf(slotOf(key), this.partitions);
  }
}
