import { createHash } from 'node:crypto';
import type { Pane, PaneEvent } from '@windlass/contracts';
import type { OutboundMessage } from '@windlass/messaging';
import { loadOf, SOURCES, sourceOf, windowTypeOf, type Scenario } from './scenario.ts';

/** A set of windows that is measured together: no window of it exists yet. */
export interface Run {
  readonly scenario: Scenario;
  /** Tells runs apart, also in event time: each has an hour of its own. */
  readonly number: number;
  readonly windows: number;
}

const HOUR_US = 60 * 60 * 1_000_000;
const SECOND_US = 1_000_000;
/** 2020-01-01. */
const FIRST_US = 1_577_836_800_000_000;

export const fromUsOf = ({ number }: Run): number => FIRST_US + number * HOUR_US;
export const toUsOf = ({ number }: Run): number => FIRST_US + (number + 1) * HOUR_US;

/** Id of a run's window, as random as a hash. */
export const windowIdOf = ({ scenario, number }: Run, window: number): string =>
  createHash('sha256').update(`${scenario.name} ${number} ${window}`).digest('hex').slice(0, 32);

/** The pane of one window as the trigger would have fired it: on time, and final. */
export function paneOf(run: Run, window: number, dagRevision: number): Pane {
  const startUs = fromUsOf(run) + Math.floor(window / SOURCES) * SECOND_US;
  const previous = run.scenario.name === 'previous';
  return {
    windowId: windowIdOf(run, window),
    generation: 0,
    version: 1,
    windowType: windowTypeOf(run.scenario),
    key: sourceOf(window),
    startUs,
    endUs: startUs + SECOND_US,
    revision: 0,
    timing: 'ON_TIME',
    isFinal: true,
    elements: 100,
    added: 100,
    completeness: 1,
    gapUs: null,
    watermarkUs: null,
    parentWindowId: null,
    previous: previous ? [{ dependency: 'previous(1)', windowIds: beforeOf(run, window) }] : [],
    metadata: { load: loadOf(window) },
    signals: null,
    openedBy: null,
    source: null,
    depth: 0,
    dagRevision,
    policyRevision: 0,
    lane: 'LIVE',
    members: null,
    firedAtUs: Date.now() * 1000,
  };
}

const beforeOf = (run: Run, window: number): readonly string[] =>
  window < SOURCES ? [] : [windowIdOf(run, window - SOURCES)];

export function paneMessage(pane: Pane, topic: string): OutboundMessage {
  const value: PaneEvent = { event: { 'io.windlass.v1.Pane': pane } };
  return { topic, family: 'panes', key: pane.key, value, headers: { 'windlass-id': pane.windowId } };
}
