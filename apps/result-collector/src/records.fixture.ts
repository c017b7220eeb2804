import { createHash } from 'node:crypto';
import {
  slotOf,
  toValue,
  type Outcome,
  type OutcomeEvent,
  type Pane,
  type PaneEvent,
  type ResultValue,
} from '@windlass/contracts';
import type { InboundRecord } from '@windlass/messaging';

/** 32 hex digits that stand for a name. */
export const idOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 32);

export interface WindowSpec {
  readonly key?: string;
  readonly window?: string;
  readonly generation?: number;
  readonly startUs?: number;
  readonly version?: number;
  readonly revision?: number;
}

const header = ({ key = 'pump-1', window = 'w', generation = 0, startUs = 1_000_000, version = 1 }: WindowSpec) => ({
  windowId: idOf(window),
  generation,
  version,
  windowType: 'cycle@1',
  key,
  startUs,
  endUs: startUs + 2_000_000,
});

export const pane = (spec: WindowSpec & Partial<Pane> = {}): PaneEvent => ({
  event: {
    'io.windlass.v1.Pane': {
      ...header(spec),
      revision: spec.revision ?? 0,
      timing: spec.timing ?? 'ON_TIME',
      isFinal: spec.isFinal ?? false,
      elements: spec.elements ?? 20,
      added: spec.added ?? 20,
      completeness: spec.completeness ?? null,
      gapUs: spec.gapUs ?? null,
      source: spec.source ?? null,
      watermarkUs: spec.watermarkUs ?? null,
      parentWindowId: spec.parentWindowId ?? null,
      previous: [],
      metadata: spec.metadata ?? { load: 12.5 },
      signals: null,
      openedBy: spec.openedBy ?? null,
      depth: 0,
      dagRevision: 1,
      policyRevision: spec.policyRevision ?? 1,
      lane: spec.lane ?? 'LIVE',
      members: null,
      firedAtUs: spec.firedAtUs ?? 50,
    },
  },
});

export const finalized = (spec: WindowSpec & { readonly finalizedAtUs?: number } = {}): PaneEvent => ({
  event: {
    'io.windlass.v1.WindowFinalized': {
      ...header(spec),
      revision: spec.revision ?? 0,
      dagRevision: 1,
      finalizedAtUs: spec.finalizedAtUs ?? 90,
      members: null,
    },
  },
});

export const windowWithdrawn = (
  spec: WindowSpec & { readonly outside?: { parentWindowId: string; startUs: number; endUs: number } } = {},
): PaneEvent => ({
  event: {
    'io.windlass.v1.WindowWithdrawn': {
      ...header(spec),
      replacedBy: [idOf('other')],
      reason: 'MERGED',
      outside: spec.outside ?? null,
    },
  },
});

export const outcome = (
  algorithm: string,
  value: ResultValue,
  more: Partial<Outcome> & { readonly of?: string } = {},
): Outcome => {
  const { of = 'w', ...fields } = more;
  const run = fields.run ?? 0;
  return {
    executionId: idOf(`${of} ${algorithm} ${run}`),
    algorithm,
    run,
    attempt: 1,
    state: 'SUCCEEDED',
    reason: null,
    result: toValue(value),
    unit: null,
    inputs: [],
    staleInput: false,
    emissions: [],
    knownAtUs: 60,
    startedAtUs: 55,
    endedAtUs: 58,
    cpuMs: 0.25,
    processor: 'health',
    processorVersion: '1.0.0',
    instance: 'a',
    ...fields,
  };
};

export const outcomes = (spec: WindowSpec & Partial<OutcomeEvent> = {}): OutcomeEvent => ({
  ...header(spec),
  revision: spec.revision ?? 0,
  isFinal: false,
  parentWindowId: spec.parentWindowId ?? null,
  metadata: { load: 12.5 },
  completeness: null,
  dagRevision: 1,
  policyRevision: spec.policyRevision ?? 1,
  lane: spec.lane ?? 'LIVE',
  depth: 0,
  outcomes: spec.outcomes ?? [],
  withdrawn: spec.withdrawn ?? [],
  openersComplete: spec.runComplete ?? false,
  runComplete: spec.runComplete ?? false,
});

/** As the stage hands it over. */
export function inbound(value: PaneEvent | OutcomeEvent, timestampUs = 99): InboundRecord {
  const { key } = 'event' in value ? (Object.values(value.event)[0] as { key: string }) : value;
  const family = 'event' in value ? 'panes' : 'outcomes';
  return {
    kind: 'record',
    family,
    topic: `t.${family}.v1`,
    partition: 0,
    offset: 0n,
    key,
    slot: slotOf(key),
    value,
    headers: {},
    timestampUs,
    valueBytes: 1,
  };
}
