import type { DefinitionsInput, RegistryView } from '@windlass/dag';
import type { Pane, Phase, Signal, WindowRecord } from '@windlass/windowing';
import { beginUs } from './begin.ts';
import { definedView } from './defined-view.ts';
import { Simulation } from './simulation.ts';
import type { Dropped, FoundOutcome, SimulationEvent, SimulationStep } from './step.ts';

/** Builders for specs: definitions in, events out. */

export type WindowTypeInput = NonNullable<DefinitionsInput['windowTypes']>[number];

export const SECOND = 1_000_000;

export function viewOf(definitions: DefinitionsInput, registrations: readonly unknown[] = []): RegistryView {
  const defined = definedView(definitions, registrations);
  if (!defined.ok) throw new Error(JSON.stringify(defined.problems, null, 2));
  return defined.view;
}

let serial = 0;

export function signal(
  name: string,
  seconds: number,
  rest: Partial<Signal> & { source?: string } = {},
): SimulationStep {
  const { source = 'unit-1', ...fields } = rest;
  const eventTimeUs = Math.round(seconds * SECOND);
  return {
    kind: 'signal',
    source,
    signal: {
      id: `${name}-${serial++}`,
      name,
      eventTimeUs,
      phase: 'POINT',
      values: {},
      count: 1,
      correlation: null,
      metadata: {},
      cause: null,
      ...fields,
    },
  };
}

export const sample = (seconds: number, source = 'unit-1'): SimulationStep => signal('sample', seconds, { source });
export const life = (phase: Phase, seconds: number, source = 'unit-1'): SimulationStep =>
  signal('life', seconds, { phase, source });
export const watermark = (seconds: number, source = 'unit-1'): SimulationStep => life('WATERMARK', seconds, source);
export const clock = (seconds: number): SimulationStep => ({ kind: 'clock', timeUs: Math.round(seconds * SECOND) });

export const found = (
  window: { windowType: string; startUs: number; key?: string },
  rest: Partial<FoundOutcome> = {},
): SimulationStep => ({
  kind: 'outcome',
  outcome: {
    window: { key: 'unit-1', ...window },
    algorithm: 'detector@1',
    state: 'SUCCEEDED',
    result: null,
    emissions: [],
    isFinal: null,
    runComplete: true,
    isWithdrawal: false,
    ...rest,
  },
});

export function simulate(view: RegistryView, steps: readonly SimulationStep[], elementIds = false): SimulationEvent[] {
  const simulation = new Simulation({ view, nowUs: beginUs(steps), elementIds });
  return steps.flatMap((step) => simulation.take(step));
}

export const recordsOf = (events: readonly SimulationEvent[]): WindowRecord[] =>
  events.flatMap((event) => (event.kind === 'record' ? [event.record] : []));
export const panesOf = (events: readonly SimulationEvent[], type?: string): Pane[] =>
  recordsOf(events).flatMap((one) => (one.kind === 'pane' && (!type || one.windowType === type) ? [one] : []));
export const droppedOf = (events: readonly SimulationEvent[]): Dropped[] =>
  events.flatMap((event) => (event.kind === 'dropped' ? [event] : []));

/** What is the same in every order of arrival: the last pane of each window that holds. */
export function finalPanes(events: readonly SimulationEvent[]) {
  const last = new Map<string, object>();
  for (const event of events) {
    if (event.kind !== 'record') continue;
    const { record, elementIds } = event;
    if (record.kind === 'withdrawn') last.delete(record.windowId);
    if (record.kind !== 'pane') continue;
    const { windowId, windowType, key, startUs, endUs, elements, parentWindowId, signals } = record;
    last.set(windowId, { windowType, key, startUs, endUs, elements, parentWindowId, signals, elementIds });
  }
  return [...last].sort(([a], [b]) => (a < b ? -1 : 1));
}
