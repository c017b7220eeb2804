// Made from schemas/*/value.avsc by tools/generate.mjs; change the schema, then run `npm run generate`.

import { controlSchema } from './control.schema.ts';
import { emissionsSchema } from './emissions.schema.ts';
import { groupOutcomesSchema } from './group-outcomes.schema.ts';
import { groupSignalsSchema } from './group-signals.schema.ts';
import { heartbeatsSchema } from './heartbeats.schema.ts';
import { noticesSchema } from './notices.schema.ts';
import { outcomesSchema } from './outcomes.schema.ts';
import { panesSchema } from './panes.schema.ts';
import { registrySchema } from './registry.schema.ts';
import { resultsSchema } from './results.schema.ts';
import { seenSourcesSchema } from './seen-sources.schema.ts';
import { signalsSchema } from './signals.schema.ts';
import { windowsSchema } from './windows.schema.ts';
import type {
  Control,
  Emission,
  GroupOutcome,
  GroupSignal,
  Heartbeat,
  Notice,
  OutcomeEvent,
  PaneEvent,
  RegistryEntry,
  ResultRecord,
  SeenSource,
  Signal,
  Task,
} from './types.ts';

/** The value of a record, by the family of its topic. */
export interface FamilyValues {
  readonly control: Control;
  readonly emissions: Emission;
  readonly 'group-outcomes': GroupOutcome;
  readonly 'group-signals': GroupSignal;
  readonly heartbeats: Heartbeat;
  readonly notices: Notice;
  readonly outcomes: OutcomeEvent;
  readonly panes: PaneEvent;
  readonly registry: RegistryEntry;
  readonly results: ResultRecord;
  readonly 'seen-sources': SeenSource;
  readonly signals: Signal;
  readonly windows: Task;
}

/** The Avro schema of a family of topics. */
export const familySchemas = {
  control: controlSchema,
  emissions: emissionsSchema,
  'group-outcomes': groupOutcomesSchema,
  'group-signals': groupSignalsSchema,
  heartbeats: heartbeatsSchema,
  notices: noticesSchema,
  outcomes: outcomesSchema,
  panes: panesSchema,
  registry: registrySchema,
  results: resultsSchema,
  'seen-sources': seenSourcesSchema,
  signals: signalsSchema,
  windows: windowsSchema,
} as const;
