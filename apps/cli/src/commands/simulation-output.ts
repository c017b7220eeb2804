import { timeText, type Dropped, type SimulationEvent, type Skipped } from '@windlass/simulation';
import { ENDLESS, type KeptSignal, type WindowRecord } from '@windlass/windowing';

/** One line of output, without its end. `lineOf`: in which line of the input a step stands. */
export function outputLine(event: SimulationEvent, lineOf: (step: number) => number): string {
  switch (event.kind) {
    case 'record':
      return JSON.stringify(record(event.record, event.elementIds));
    case 'dropped':
      return JSON.stringify(dropped(event, lineOf));
    case 'skipped':
      return JSON.stringify(skipped(event));
    default:
      return event satisfies never;
  }
}

const skipped = ({ source, windowType, reason, windows, isAll, fromUs, toUs }: Skipped) => ({
  skipped: { type: windowType, source, start: timeText(fromUs), end: timeText(toUs), windows, isAll, reason },
});

function record(one: WindowRecord, elementIds: readonly string[] | null): object {
  switch (one.kind) {
    case 'pane': {
      const { revision, timing, isFinal, elements, added, parentWindowId, openedBy, depth, metadata } = one;
      return {
        pane: {
          ...about(one),
          revision,
          timing,
          isFinal,
          elements,
          added,
          ...(elementIds && { elementIds }),
          completeness: one.completeness,
          gapUs: one.gapUs,
          watermark: one.watermarkUs === null ? null : timeText(Math.min(one.watermarkUs, ENDLESS)),
          parentWindowId,
          previous: one.previous,
          metadata,
          signals: one.signals?.map(kept) ?? null,
          openedBy,
          depth,
          ...(one.source && { attributes: one.source }),
          version: one.version,
          dagRevision: one.dagRevision,
          policyRevision: one.policyRevision,
          firedAt: timeText(one.firedAtUs),
        },
      };
    }
    case 'withdrawn': {
      const { replacedBy, reason, outside, version } = one;
      return { withdrawn: { ...about(one), replacedBy, reason, outside: outside && span(outside), version } };
    }
    case 'finalized': {
      const { revision, version, dagRevision } = one;
      return {
        finalized: { ...about(one), revision, version, dagRevision, finalizedAt: timeText(one.finalizedAtUs) },
      };
    }
    case 'childrenClosed': {
      const { childType, childWindowIds, version } = one;
      return { childrenClosed: { ...about(one), childType, childWindowIds, version } };
    }
    default:
      return one satisfies never;
  }
}

const about = ({ windowId, windowType, key, startUs, endUs }: WindowRecord) => ({
  windowId,
  type: windowType,
  source: key,
  start: timeText(startUs),
  end: timeText(endUs),
});

const span = ({ parentWindowId, startUs, endUs }: { parentWindowId: string; startUs: number; endUs: number }) => ({
  parentWindowId,
  start: timeText(startUs),
  end: timeText(endUs),
});

const kept = ({ eventTimeUs, id, name, ...rest }: KeptSignal) => ({
  id,
  name,
  eventTime: timeText(eventTimeUs),
  ...rest,
});

function dropped({ step, source, signal, emission, code, reason, to }: Dropped, lineOf: (step: number) => number) {
  return {
    dropped: {
      line: step === null ? null : lineOf(step),
      source,
      ...(signal && { id: signal.id, name: signal.name, eventTime: timeText(signal.eventTimeUs) }),
      ...(emission && {
        type: emission.windowType,
        start: timeText(emission.startUs),
        end: timeText(emission.endUs),
      }),
      code,
      reason,
      to,
    },
  };
}
