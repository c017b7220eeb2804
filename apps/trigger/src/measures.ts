import type { RejectedRecord } from '@windlass/messaging';
import { FOREVER, NEVER, type SourceState, type Step } from '@windlass/windowing';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { OpenWindows } from './open-windows.ts';
import type { Overflow } from './overflow/overflow.ts';
import type { SilenceReader } from './ports.ts';
import { RecentMax } from './recent-max.ts';

interface BatchMeasures {
  readonly rejected: readonly RejectedRecord[];
  readonly cacheBytes: number;
}

/** Window types of sources that are silent now, asked when the metrics are read; what cannot be asked then is left as it was. */
export function measureSilences(metrics: Registry, silences: Pick<SilenceReader, 'countByType'>): void {
  new Gauge({
    name: 'windlass_trigger_silences',
    help: 'sources of which a window type should have fired and has not, of the whole hub',
    labelNames: ['window_type'],
    registers: [metrics],
    async collect() {
      const counts = await silences.countByType().catch(() => null);
      if (!counts) return;
      this.reset();
      for (const [windowType, silent] of counts) this.set({ window_type: windowType }, silent);
    },
  });
}

export function measureOverflow(metrics: Registry, overflow: Pick<Overflow, 'parkedSources' | 'parkedRecords'>): void {
  const registers = [metrics];
  new Gauge({
    name: 'windlass_trigger_parked_sources',
    help: 'sources whose signals wait on the overflow topic, of the partitions that this instance holds',
    registers,
    collect() {
      this.set(overflow.parkedSources);
    },
  });
  let told = 0;
  new Counter({
    name: 'windlass_trigger_parked_records_total',
    help: 'signals that went to the overflow topic; one that had to be handled again counts twice',
    registers,
    // Counted when it is asked for: there may be very many.
    collect() {
      this.inc(overflow.parkedRecords - told);
      told = overflow.parkedRecords;
    },
  });
}

/** The greatest watermark lag is of the last 30 to 60 s. */
const LAG_SPAN_MS = 30_000;

/** What operators watch of the trigger. Labels are window types, codes and the like: never sources, of which there may be any number. */
export class Measures {
  private readonly panes: Counter<'timing' | 'window_type'>;
  private readonly records: Counter<'kind'>;
  private readonly rejected: Counter<'code'>;
  private readonly dropped: Counter<'window_type'>;
  private readonly signals: Counter<'fate'>;
  private readonly skipped: Counter<'reason'>;
  private readonly notices: Counter<'kind' | 'window_type'>;
  private readonly regress: Counter<'of'>;
  private readonly cache: Gauge;
  private readonly lags = new RecentMax(LAG_SPAN_MS);

  constructor(metrics: Registry, openWindows: OpenWindows) {
    const registers = [metrics];
    const { lags } = this;
    this.panes = new Counter({
      name: 'windlass_trigger_panes_total',
      help: 'panes fired',
      labelNames: ['timing', 'window_type'],
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
      help: 'records sent to the dead letters, or with code LATE to the late topic',
      labelNames: ['code'],
      registers,
    });
    this.dropped = new Counter({
      name: 'windlass_trigger_dropped_elements_total',
      help: 'elements that came after the allowed lateness of all their windows of a type',
      labelNames: ['window_type'],
      registers,
    });
    this.signals = new Counter({
      name: 'windlass_trigger_signals_total',
      help: 'signals that were duplicates, read by no window type, in no window now, or beyond what a window keeps; conditions that could not be judged; elements that are forgotten too soon',
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
      labelNames: ['kind', 'window_type'],
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
    new Gauge({
      name: 'windlass_trigger_open_windows',
      help: 'windows that may still change, of the partitions that this instance holds',
      labelNames: ['window_type'],
      registers,
      collect() {
        this.reset();
        for (const [ref, count] of openWindows.all) this.set({ window_type: ref }, count);
      },
    });
    new Gauge({
      name: 'windlass_trigger_watermark_lag_seconds',
      help: 'greatest distance of a watermark behind the clock, over the sources that were heard of in the last 30 to 60 s',
      labelNames: ['window_type'],
      registers,
      collect() {
        this.reset();
        for (const [ref, seconds] of lags.values(performance.now())) this.set({ window_type: ref }, seconds);
      },
    });
  }

  /** What one source's step did, of `before` it. */
  step({ before, step, nowUs }: { readonly before: SourceState; readonly step: Step; readonly nowUs: number }): void {
    this.tell(step);
    const nowMs = performance.now();
    for (const [ref, type] of step.state.types) {
      if (before.types.get(ref) === type) continue;
      const watermarkUs = Math.max(type.watermarkUs, type.idleUs);
      if (watermarkUs !== NEVER && watermarkUs !== FOREVER) this.lags.note(ref, (nowUs - watermarkUs) / 1e6, nowMs);
    }
  }

  batch({ rejected, cacheBytes }: BatchMeasures): void {
    for (const { code } of rejected) this.rejected.inc({ code });
    this.cache.set(cacheBytes);
  }

  private tell({ records, notices, counts, skipped, rejections, sightings }: Step): void {
    for (const record of records)
      if (record.kind === 'pane') this.panes.inc({ timing: record.timing, window_type: record.windowType });
      else this.records.inc({ kind: record.kind });
    for (const fate of [
      'duplicates',
      'unread',
      'undeclared',
      'unassigned',
      'keptBeyondLimit',
      'unjudged',
      'forgotten',
    ] as const)
      if (counts[fate] > 0) this.signals.inc({ fate }, counts[fate]);
    for (const { reason, windows } of skipped) this.skipped.inc({ reason }, windows);
    for (const { kind, windowType } of notices) this.notices.inc({ kind, window_type: windowType });
    if (counts.outOfOrder > 0) this.regress.inc({ of: 'signals' }, counts.outOfOrder);
    if (counts.watermarksBack > 0) this.regress.inc({ of: 'watermarks' }, counts.watermarksBack);
    for (const { windowType, marks } of sightings)
      for (const { measure, count } of marks)
        if (measure === 'dropped') this.dropped.inc({ window_type: windowType }, count);
    const earlier = new Map(
      rejections.flatMap(({ signal, code }) => (signal ? [[`${signal.id} ${code}`, code] as const] : [])),
    );
    for (const code of earlier.values()) this.rejected.inc({ code });
  }
}
