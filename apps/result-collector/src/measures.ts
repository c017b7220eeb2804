import { Counter, Gauge, type Registry } from 'prom-client';
import type { Tended } from './postgres/partitions/partition-tender.ts';

/** What operators watch of the store. */
export class Measures {
  private readonly partitions: Gauge;
  private readonly dropped: Counter;
  private readonly expired: Counter;

  constructor(metrics: Registry) {
    const registers = [metrics];
    this.partitions = new Gauge({
      name: 'windlass_result_collector_partitions',
      help: 'spans of window starts that are stored',
      registers,
    });
    this.dropped = new Counter({
      name: 'windlass_result_collector_dropped_partitions_total',
      help: 'spans that were older than the retention and are gone',
      registers,
    });
    this.expired = new Counter({
      name: 'windlass_result_collector_expired_records_total',
      help: 'records of windows older than the retention, which were not stored',
      registers,
    });
  }

  tended({ partitions, dropped }: Tended): void {
    if (partitions !== undefined) this.partitions.set(partitions);
    this.dropped.inc(dropped);
  }

  onExpired(records: number): void {
    this.expired.inc(records);
  }
}
