import { Counter, Gauge, type Registry } from 'prom-client';
import type { OpenCount } from './rejected/ports.ts';
import type { Tended } from './postgres/partitions/partition-tender.ts';

/** What operators watch of the store. */
export class Measures {
  private readonly partitions: Gauge;
  private readonly dropped: Counter;
  private readonly expired: Counter;
  private readonly openDeadLetters: Gauge;

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
    this.openDeadLetters = new Gauge({
      name: 'windlass_result_collector_open_dead_letters',
      help: 'dead letters about which nothing was done, of the whole hub',
      labelNames: ['topic', 'reason'],
      registers,
    });
  }

  open(counts: readonly OpenCount[]): void {
    this.openDeadLetters.reset();
    for (const { topic, reason, count } of counts) this.openDeadLetters.set({ topic, reason }, count);
  }

  tended({ partitions, dropped }: Tended): void {
    if (partitions !== undefined) this.partitions.set(partitions);
    this.dropped.inc(dropped);
  }

  onExpired(records: number): void {
    this.expired.inc(records);
  }
}
