import { encodeValue, limits, type Value } from '@windlass/contracts';
import { bulkInsert, bulkStatement, idArray, json, type BulkColumn } from '@windlass/persistence';
import type { ChildBounds, OutcomeFact, PaneFact, WindowChange, WindowFact, WithdrawalFact } from '../facts.ts';
import { groupInputs } from './input-groups.ts';

interface OfWindow {
  readonly slot: number;
  readonly windowId: string;
  readonly generation: number;
  readonly startUs: number;
}

const ofWindow = <Row extends OfWindow>(): BulkColumn<Row>[] => [
  { name: 'slot', type: 'smallint', of: (row) => row.slot },
  { name: 'window_id', type: 'uuid', of: (row) => row.windowId },
  { name: 'generation', type: 'integer', of: (row) => row.generation },
  { name: 'start_us', type: 'bigint', of: (row) => row.startUs },
];

const toldOfWindow: BulkColumn<WindowFact>[] = [
  ...ofWindow<WindowFact>(),
  { name: 'end_us', type: 'bigint', of: (row) => row.endUs },
  { name: 'key', type: 'text', of: (row) => row.key },
  { name: 'window_type', type: 'text', of: (row) => row.windowType },
  { name: 'version', type: 'bigint', of: (row) => row.version },
  { name: 'parent_window_id', type: 'uuid', of: (row) => row.parentWindowId },
  { name: 'metadata', type: 'jsonb', of: (row) => json(row.metadata) },
  { name: 'lane', type: 'text', of: (row) => row.lane },
  { name: 'depth', type: 'integer', of: (row) => row.depth },
];

const toldByTrigger: BulkColumn<WindowFact>[] = [
  { name: 'revision', type: 'integer', of: (row) => row.revision },
  { name: 'state', type: 'text', of: (row) => row.state },
  { name: 'state_at_us', type: 'bigint', of: (row) => row.stateAtUs },
  { name: 'state_reason', type: 'text', of: (row) => row.stateReason },
  { name: 'replaced_by', type: 'uuid[]', of: (row) => row.replacedBy && idArray(row.replacedBy) },
  { name: 'opened_by', type: 'jsonb', of: (row) => json(row.openedBy) },
  { name: 'final_version', type: 'bigint', of: (row) => row.finality?.version },
  { name: 'final_revision', type: 'integer', of: (row) => row.finality?.revision },
  { name: 'final_at_us', type: 'bigint', of: (row) => row.finality?.atUs },
];

const windowKey = '(slot, window_id, generation, start_us)';

/** What was told first. */
const told = (column: string) => `${column} = COALESCE(windows.${column}, excluded.${column})`;
/** What the newest record of the trigger tells. */
const newest = (column: string, value = `COALESCE(excluded.${column}, windows.${column})`) =>
  `${column} = CASE WHEN excluded.version > windows.version THEN ${value} ELSE windows.${column} END`;

export const insertWindows = bulkInsert(
  'windows',
  [...toldOfWindow, ...toldByTrigger],
  `ON CONFLICT ${windowKey} DO UPDATE SET
     ${['end_us', 'revision', 'state', 'state_at_us'].map((column) => newest(column)).join(', ')},
     ${['state_reason', 'replaced_by'].map((column) => newest(column, `excluded.${column}`)).join(', ')},
     ${['parent_window_id', 'lane', 'depth', 'opened_by'].map(told).join(', ')},
     metadata = CASE WHEN excluded.lane IS NULL THEN windows.metadata END,
     ${['final_version', 'final_revision', 'final_at_us'].map(told).join(', ')},
     version = GREATEST(excluded.version, windows.version)
   WHERE excluded.version > windows.version`,
);

/** Most are known already, and a row that is not touched costs nothing to write. */
export const insertSeen = bulkInsert('windows', toldOfWindow, 'ON CONFLICT DO NOTHING');

export const insertChanges = bulkInsert<WindowChange>(
  'window_changes',
  [
    ...ofWindow<WindowChange>(),
    { name: 'kind', type: 'text', of: (row) => row.kind },
    { name: 'version', type: 'bigint', of: (row) => row.version },
    { name: 'revision', type: 'integer', of: (row) => row.revision },
    { name: 'at_us', type: 'bigint', of: (row) => row.atUs },
    { name: 'reason', type: 'text', of: (row) => row.reason },
    { name: 'replaced_by', type: 'uuid[]', of: (row) => idArray(row.replacedBy) },
  ],
  'ON CONFLICT DO NOTHING',
);

export const insertPanes = bulkInsert<PaneFact>(
  'panes',
  [
    ...ofWindow<PaneFact>(),
    { name: 'revision', type: 'integer', of: (row) => row.revision },
    { name: 'version', type: 'bigint', of: (row) => row.version },
    { name: 'timing', type: 'text', of: (row) => row.timing },
    { name: 'is_final', type: 'boolean', of: (row) => row.isFinal },
    { name: 'end_us', type: 'bigint', of: (row) => row.endUs },
    { name: 'elements', type: 'bigint', of: (row) => row.elements },
    { name: 'added', type: 'bigint', of: (row) => row.added },
    { name: 'completeness', type: 'float8', of: (row) => row.completeness },
    { name: 'gap_us', type: 'bigint', of: (row) => row.gapUs },
    { name: 'watermark_us', type: 'bigint', of: (row) => row.watermarkUs },
    { name: 'metadata', type: 'jsonb', of: (row) => json(row.metadata) },
    { name: 'dag_revision', type: 'bigint', of: (row) => row.dagRevision },
    { name: 'policy_revision', type: 'bigint', of: (row) => row.policyRevision },
    { name: 'fired_at_us', type: 'bigint', of: (row) => row.firedAtUs },
  ],
  'ON CONFLICT DO NOTHING',
);

/** A plain number, also in a column of its own, so that SQL can compare and aggregate it. */
const plainNumber = (result: Value | null): number | null =>
  result?.value && 'double' in result.value ? result.value.double : null;

/** An outcome never changes; it can only become stale, and the first word of that counts. */
export const insertOutcomes = bulkInsert<OutcomeFact>(
  'outcomes',
  [
    { name: 'slot', type: 'smallint', of: ({ slot }) => slot },
    { name: 'window_id', type: 'uuid', of: ({ event }) => event.windowId },
    { name: 'execution_id', type: 'uuid', of: ({ outcome }) => outcome.executionId },
    { name: 'key', type: 'text', of: ({ event }) => event.key },
    { name: 'window_type', type: 'text', of: ({ event }) => event.windowType },
    { name: 'start_us', type: 'bigint', of: ({ event }) => event.startUs },
    { name: 'end_us', type: 'bigint', of: ({ event }) => event.endUs },
    { name: 'generation', type: 'integer', of: ({ event }) => event.generation },
    { name: 'revision', type: 'integer', of: ({ event }) => event.revision },
    { name: 'version', type: 'bigint', of: ({ event }) => event.version },
    { name: 'is_final', type: 'boolean', of: ({ event }) => event.isFinal },
    { name: 'completeness', type: 'float8', of: ({ event }) => event.completeness },
    { name: 'dag_revision', type: 'bigint', of: ({ event }) => event.dagRevision },
    { name: 'policy_revision', type: 'bigint', of: ({ event }) => event.policyRevision },
    { name: 'lane', type: 'text', of: ({ event }) => event.lane },
    { name: 'completes', type: 'boolean', of: ({ event }) => event.runComplete },
    { name: 'algorithm', type: 'text', of: ({ outcome }) => outcome.algorithm },
    { name: 'run', type: 'integer', of: ({ outcome }) => outcome.run },
    { name: 'attempt', type: 'integer', of: ({ outcome }) => outcome.attempt },
    { name: 'state', type: 'text', of: ({ outcome }) => outcome.state },
    { name: 'reason', type: 'jsonb', of: ({ outcome }) => json(outcome.reason) },
    {
      name: 'result',
      type: 'bytea',
      of: ({ outcome }) => outcome.result && encodeValue(outcome.result, limits.recordBytes),
    },
    { name: 'result_double', type: 'float8', of: ({ outcome }) => plainNumber(outcome.result) },
    { name: 'unit', type: 'text', of: ({ outcome }) => outcome.unit },
    {
      name: 'input_execution_ids',
      type: 'uuid[]',
      of: ({ outcome }) => idArray(outcome.inputs.map((input) => input.executionId)),
    },
    {
      name: 'input_window_ids',
      type: 'uuid[]',
      of: ({ outcome }) => idArray(outcome.inputs.map((input) => input.windowId)),
    },
    {
      name: 'input_groups',
      type: 'jsonb',
      of: ({ outcome }) => (outcome.inputs.length === 0 ? null : json(groupInputs(outcome.inputs))),
    },
    {
      name: 'other_windows',
      type: 'boolean',
      of: ({ event, outcome }) => outcome.inputs.some(({ windowId }) => windowId !== event.windowId),
    },
    { name: 'stale_at_us', type: 'bigint', of: ({ staleAtUs }) => staleAtUs },
    {
      name: 'emissions',
      type: 'jsonb',
      of: ({ outcome }) => (outcome.emissions.length === 0 ? null : json(outcome.emissions)),
    },
    { name: 'known_at_us', type: 'bigint', of: ({ outcome }) => outcome.knownAtUs },
    { name: 'started_at_us', type: 'bigint', of: ({ outcome }) => outcome.startedAtUs },
    { name: 'ended_at_us', type: 'bigint', of: ({ outcome }) => outcome.endedAtUs },
    { name: 'cpu_ms', type: 'float8', of: ({ outcome }) => outcome.cpuMs },
    { name: 'processor', type: 'text', of: ({ outcome }) => outcome.processor },
    { name: 'processor_version', type: 'text', of: ({ outcome }) => outcome.processorVersion },
    { name: 'instance', type: 'text', of: ({ outcome }) => outcome.instance },
  ],
  `ON CONFLICT (slot, window_id, execution_id, start_us) DO UPDATE SET stale_at_us = excluded.stale_at_us
   WHERE excluded.stale_at_us < COALESCE(outcomes.stale_at_us, 9223372036854775807)`,
);

export const insertWithdrawals = bulkInsert<WithdrawalFact>(
  'withdrawals',
  [
    ...ofWindow<WithdrawalFact>(),
    { name: 'execution_id', type: 'uuid', of: (row) => row.executionId },
    { name: 'key', type: 'text', of: (row) => row.key },
    { name: 'window_type', type: 'text', of: (row) => row.windowType },
    { name: 'algorithm', type: 'text', of: (row) => row.algorithm },
    { name: 'run', type: 'integer', of: (row) => row.run },
    { name: 'reason', type: 'text', of: (row) => row.reason },
    { name: 'known_at_us', type: 'bigint', of: (row) => row.knownAtUs },
  ],
  'ON CONFLICT DO NOTHING',
);

const boundsColumns: BulkColumn<ChildBounds>[] = [
  { name: 'slot', type: 'smallint', of: (row) => row.slot },
  { name: 'parent_window_id', type: 'uuid', of: (row) => row.parentWindowId },
  { name: 'generation', type: 'integer', of: (row) => row.generation },
  { name: 'version', type: 'bigint', of: (row) => row.version },
  { name: 'start_us', type: 'bigint', of: (row) => row.startUs },
  { name: 'end_us', type: 'bigint', of: (row) => row.endUs },
  { name: 'reason', type: 'text', of: (row) => row.reason },
  { name: 'at_us', type: 'bigint', of: (row) => row.atUs },
];

/**
 * Children that the trigger has told of: so it does not matter how far the outcomes are. A record that comes again must not withdraw a
 * child that was opened again meanwhile.
 */
export const withdrawChildren = bulkStatement(
  boundsColumns,
  (rows) => `WITH told AS (SELECT * FROM ${rows}), applied AS (
    INSERT INTO child_bounds (slot, parent_window_id, generation, version, start_us)
    SELECT slot, parent_window_id, generation, version, start_us FROM told
    ON CONFLICT DO NOTHING RETURNING slot, parent_window_id, generation, version
  ), gone AS (
    UPDATE windows w SET state = 'WITHDRAWN', state_at_us = told.at_us, state_reason = told.reason, replaced_by = NULL
    FROM told JOIN applied USING (slot, parent_window_id, generation, version)
    WHERE w.slot = told.slot AND w.parent_window_id = told.parent_window_id AND w.generation = told.generation
      AND w.version >= 0 AND w.state IS DISTINCT FROM 'WITHDRAWN' AND (w.start_us < told.start_us OR w.end_us > told.end_us)
    RETURNING w.slot, w.window_id, w.generation, w.start_us, w.version, w.state_at_us, w.state_reason
  )
  INSERT INTO window_changes (slot, window_id, generation, start_us, kind, version, at_us, reason)
  SELECT slot, window_id, generation, start_us, 'WITHDRAWN', version, state_at_us, state_reason FROM gone
  ON CONFLICT DO NOTHING`,
);
