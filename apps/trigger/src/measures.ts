import type { RejectedRecord } from '@windlass/messaging';
import type { Step } from '@windlass/windowing';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { SilenceReader } from './ports.ts';

interface BatchMeasures {
  readonly works: readonly Step[];
  readonly rejected: readonly RejectedRecord[];
  readonly cacheBytes: number;
}

/** Window types of sources that are silent now, asked when the metrics are read; what cannot be asked then is left as it was. */
export function measureSilences(metrics: Registry, silences: Pick<SilenceReader, 'countByType'>): void {
  new Gauge({
    name: 'windlass_trigger_silences',
    help: 'sources of which a window type should have fired and has not, of the whole hub',
    labelNames: ['windowType'],
    registers: [metrics],
    async collect() {
      const counts = await silences.countByType().catch(() => null);
      if (!counts) return;
      this.reset();
      for (const [windowType, silent] of counts) this.set({ windowType }, silent);
    },
  });
}

/** What operators watch of the trigger. */
export class Measures {
  private readonly panes: Counter<'timing'>;
  private readonly records: Counter<'kind'>;
  private readonly rejected: Counter<'code'>;
  private readonly signals: Counter<'fate'>;
  private readonly skipped: Counter<'reason'>;
  private readonly notices: Counter<'kind' | 'windowType'>;
  private readonly regress: Counter<'of'>;
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
    this.skipped = new Counter({
      name: 'windlass_trigger_skipped_windows_total',
      help: 'windows of cron and calendars that were missed and not caught up on: by policy, or beyond its limit; of very many, 1,000 in one step',
      labelNames: ['reason'],
      registers,
    });
    this.notices = new Counter({
      name: 'windlass_trigger_notices_total',
      help: 'notices told: silences of sources and their ends, sources that are offline for too long',
      labelNames: ['kind', 'windowType'],
      registers,
    });
    this.regress = new Counter({
      name: 'windlass_trigger_regress_total',
      help: 'signals and watermarks that went back in event time, behind others of their source',
      labelNames: ['of'],
      registers,
    });
    this.cache = new Gauge({
      name: 'windlass_trigger_cache_bytes',
      help: 'estimated memory of cached states',
      registers,
    });
  }

  batch({ works, rejected, cacheBytes }: BatchMeasures): void {
    for (const { records, notices, counts, skipped } of works) {
      for (const record of records)
        if (record.kind === 'pane') this.panes.inc({ timing: record.timing });
        else this.records.inc({ kind: record.kind });
      for (const fate of ['duplicates', 'unread', 'unassigned', 'keptBeyondLimit', 'unjudged'] as const)
        if (counts[fate] > 0) this.signals.inc({ fate }, counts[fate]);
      for (const { reason, windows } of skipped) this.skipped.inc({ reason }, windows);
      for (const { kind, windowType } of notices) this.notices.inc({ kind, windowType });
      if (counts.outOfOrder > 0) this.regress.inc({ of: 'signals' }, counts.outOfOrder);
      if (counts.watermarksBack > 0) this.regress.inc({ of: 'watermarks' }, counts.watermarksBack);
    }
    for (const { code } of rejected) this.rejected.inc({ code });
    this.cache.set(cacheBytes);
  }
}
