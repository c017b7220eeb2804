import type { DescribedSource } from '@windlass/dag';
import {
  emptyStoredSource,
  sentEmission,
  stepStored,
  type Emission,
  type Input,
  type Life,
  type MemberReport,
  type Signal,
  type SourcePlan,
  type StoredSource,
  type WindowOutcome,
} from '@windlass/windowing';
import type { StageCore, StageInput } from './stage.ts';

/** What the registry says of sources. */
export interface Registry {
  readonly planOf: (source: string) => SourcePlan;
  readonly lifeOf: (source: string) => Life;
  readonly describerOf: (source: string) => (timeUs: number) => DescribedSource | null;
}

/** The trigger's core, as its service runs it in its stage. */
export const triggerCore = ({ planOf, lifeOf, describerOf }: Registry): StageCore<StoredSource> => ({
  topics: ['signals', 'emissions', 'outcomes', 'group-signals'],
  nothing: emptyStoredSource,
  dueUs: ({ state }) => state.timerUs,
  step: ({ key, state, nowUs, backlog, inputs }) => {
    const { step, source } = stepStored(state, {
      key,
      plan: planOf(key),
      life: lifeOf(key),
      sourceAt: describerOf(key),
      nowUs,
      backlog,
      inputs: inputs.map(toInput),
    });
    return {
      state: source,
      messages: [
        ...step.records.map((value) => ({ topic: 'panes', key, value })),
        ...step.closings.map((value) => ({ topic: 'panes', key, value: { kind: 'memberClosed', ...value } })),
        ...step.signals.map((value) => ({ topic: 'signals', key, value })),
        ...step.emissions.map((value) => ({ topic: 'emissions', key: value.key, value: sentEmission(key, value) })),
        ...step.reports.map((value) => ({ topic: 'group-signals', key: value.group, value })),
        ...step.rejections.map((value) => ({ topic: value.to, key, value })),
      ],
    };
  },
});

function toInput(input: StageInput): Input {
  if (input.topic === null) return { kind: 'timer' };
  const { value } = input.record;
  switch (input.topic) {
    case 'signals':
      return { kind: 'signal', signal: value as Signal };
    case 'emissions':
      return { kind: 'emission', emission: value as Emission };
    case 'outcomes':
      return { kind: 'outcome', outcome: value as WindowOutcome };
    case 'group-signals':
      return { kind: 'report', report: value as MemberReport };
    default:
      throw new Error(`the trigger does not read ${input.topic}`);
  }
}
