import type { RejectedRecord } from '@windlass/messaging';
import type { Step } from '@windlass/windowing';
import { Counter, Gauge, type Registry } from 'prom-client';

interface BatchMeasures {
  readonly rejected: readonly RejectedRecord[];
  readonly cacheBytes: number;
}

/** What operators watch of the trigger. */
export class Measures {
  private readonly panes: Counter<'timing'>;
  private readonly records: Counter<'kind'>;
  private readonly rejected: Counter<'code'>;
  private readonly signals: Counter<'fate'>;
  private readonly cache: Gauge;

  constructor(metrics: Registry) {
    const registers = [metrics];
    this.panes = new Counter({
      name: 'windlass_trigger_panes_total',
      help: 'panes fired',
      labelNames: ['timing'],
      registers,
    });
    this.records = new Counter({
      name: 'windlass_trigger_window_records_total',
      help: 'withdrawals, finalisations and children closed',
      labelNames: ['kind'],
      registers,
    });
    this.rejected = new Counter({
      name: 'windlass_trigger_rejected_total',
      help: 'records sent to the dead letters or to the late topic',
      labelNames: ['code'],
      registers,
    });
    this.signals = new Counter({
      name: 'windlass_trigger_signals_total',
      help: 'signals that were duplicates, read by no window type, in no window now, or beyond what a window keeps; conditions that could not be judged',
      labelNames: ['fate'],
      registers,
    });
    this.cache = new Gauge({
      name: 'windlass_trigger_cache_bytes',
      help: 'estimated memory of cached states',
      registers,
    });
  }

  step({ records, counts }: Step): void {
    for (const record of records)
      if (record.kind === 'pane') this.panes.inc({ timing: record.timing });
      else this.records.inc({ kind: record.kind });
    for (const fate of ['duplicates', 'unread', 'unassigned', 'keptBeyondLimit', 'unjudged'] as const)
      if (counts[fate] > 0) this.signals.inc({ fate }, counts[fate]);
  }

  batch({ rejected, cacheBytes }: BatchMeasures): void {
    for (const { code } of rejected) this.rejected.inc({ code });
    this.cache.set(cacheBytes);
  }
}
