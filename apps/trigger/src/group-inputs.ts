import type { Emission, GroupSignal, OutcomeEvent, Signal } from '@windlass/contracts';
import type { InboundRecord, RejectedRecord, StageInput } from '@windlass/messaging';
import type { Input } from '@windlass/windowing';
import type { SourceKey } from './ports.ts';
import { toReport } from './kafka/group-signal.codec.ts';
import { toOutcome } from './kafka/outcome.codec.ts';
import { BadRecord, toEmission, toSignal } from './kafka/signal.codec.ts';

/** The inputs of one source, in order. */
export interface SourceInputs {
  readonly slot: number;
  readonly source: string;
  /** `record` is null for a timer. */
  readonly inputs: { readonly input: Input; readonly record: InboundRecord | null }[];
  /** Names of its signals in this batch. */
  readonly signalNames: string[];
}

export interface Grouped {
  readonly sources: readonly SourceInputs[];
  readonly rejected: readonly RejectedRecord[];
}

/** Sorts a batch by source and decodes it; what cannot be used is rejected. Outcomes of replays and trials are passed over. */
export function groupInputs(inputs: readonly StageInput[]): Grouped {
  const sources = new Map<string, SourceInputs>();
  const rejected: RejectedRecord[] = [];
  for (const one of inputs) {
    const record = one.kind === 'record' ? one : null;
    try {
      const input = decode(one);
      if (!input) continue;
      let source = sources.get(one.key);
      if (!source) {
        source = { slot: one.slot, source: one.key, inputs: [], signalNames: [] };
        sources.set(one.key, source);
      }
      source.inputs.push({ input, record });
      if (
        input.kind === 'signal' &&
        !source.signalNames.includes(input.signal.name) &&
        input.signal.phase !== 'WATERMARK'
      )
        source.signalNames.push(input.signal.name);
    } catch (error) {
      if (!(error instanceof BadRecord) || !record) throw error;
      rejected.push({ record, to: 'dlq', code: error.code, message: error.message });
    }
  }
  return { sources: [...sources.values()], rejected };
}

/** The same, with a timer's input for each of these sources. */
export function withTimers(sources: readonly SourceInputs[], keys: readonly SourceKey[]): readonly SourceInputs[] {
  if (keys.length === 0) return sources;
  const timer = { input: { kind: 'timer' }, record: null } as const;
  const bySource = new Map(sources.map((one) => [one.source, one]));
  for (const { slot, source } of keys) {
    const known = bySource.get(source) ?? { slot, source, inputs: [], signalNames: [] };
    bySource.set(source, { ...known, inputs: [...known.inputs, timer] });
  }
  return [...bySource.values()];
}

function decode(input: StageInput): Input | null {
  if (input.kind === 'timer') return { kind: 'timer' };
  switch (input.family) {
    case 'signals':
      return { kind: 'signal', signal: toSignal(input.key, input.value as Signal) };
    case 'emissions':
      return { kind: 'emission', emission: toEmission(input.key, input.value as Emission) };
    case 'group-signals': {
      const report = toReport(input.value as GroupSignal);
      return { kind: 'report', report };
    }
    case 'outcomes': {
      const event = input.value as OutcomeEvent;
      return event.generation === 0 && event.lane === 'LIVE' ? { kind: 'outcome', outcome: toOutcome(event) } : null;
    }
    default:
      throw new Error(`the trigger does not read ${input.family}`);
  }
}
