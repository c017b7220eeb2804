import { encodeValue, limits, type Value } from '@windlass/contracts';
import type { StageTransaction } from '@windlass/messaging';
import type { ChildBounds, Facts, FactStore, OutcomeFact, PaneFact, WindowFact, WithdrawalFact } from '../ports.ts';
import { bulkInsert, bulkStatement, idArray, json, type BulkColumn } from '@windlass/persistence';
import { groupInputs } from './input-groups.ts';

const windowColumns: BulkColumn<WindowFact>[] = [
  { name: 'slot', type: 'smallint', of: (row) => row.slot },
  { name: 'window_id', type: 'uuid', of: (row) => row.windowId },
  { name: 'generation', type: 'integer', of: (row) => row.generation },
  { name: 'key', type: 'text', of: (row) => row.key },
  { name: 'window_type', type: 'text', of: (row) => row.windowType },
  { name: 'start_us', type: 'bigint', of: (row) => row.startUs },
  { name: 'end_us', type: 'bigint', of: (row) => row.endUs },
  { name: 'version', type: 'bigint', of: (row) => row.version },
  { name: 'revision', type: 'integer', of: (row) => row.revision },
  { name: 'state', type: 'text', of: (row) => row.state },
  { name: 'state_at_us', type: 'bigint', of: (row) => row.stateAtUs },
  { name: 'state_reason', type: 'text', of: (row) => row.stateReason },
  { name: 'replaced_by', type: 'uuid[]', of: (row) => row.replacedBy && idArray(row.replacedBy) },
  { name: 'parent_window_id', type: 'uuid', of: (row) => row.parentWindowId },
  { name: 'metadata', type: 'jsonb', of: (row) => json(row.metadata) },
  { name: 'lane', type: 'text', of: (row) => row.lane },
  { name: 'depth', type: 'integer', of: (row) => row.depth },
  { name: 'opened_by', type: 'jsonb', of: (row) => json(row.openedBy) },
  { name: 'complete_revision', type: 'integer', of: (row) => row.completeRevision },
  { name: 'outcome_version', type: 'bigint', of: (row) => row.outcomeVersion ?? -1 },
];

/** What a newer record of the trigger tells replaces the old; what it does not tell stays. */
const told = (column: string) => `${column} = COALESCE(excluded.${column}, windows.${column})`;
/** The same, unless the record is only an outcome's (version −1), or older. */
const byVersion = (column: string, value = `COALESCE(excluded.${column}, windows.${column})`) =>
  `${column} = CASE WHEN excluded.version > windows.version THEN ${value} ELSE windows.${column} END`;

const insertWindows = bulkInsert(
  'windows',
  windowColumns,
  `ON CONFLICT (slot, window_id, generation) DO UPDATE SET
     ${['start_us', 'end_us', 'revision', 'state', 'state_at_us', 'metadata'].map((column) => byVersion(column)).join(', ')},
     ${['state_reason', 'replaced_by'].map((column) => byVersion(column, `excluded.${column}`)).join(', ')},
     ${['parent_window_id', 'lane', 'depth', 'opened_by'].map(told).join(', ')},
     version = GREATEST(excluded.version, windows.version),
     complete_revision = GREATEST(excluded.complete_revision, windows.complete_revision),
     outcome_version = GREATEST(excluded.outcome_version, windows.outcome_version)
   WHERE excluded.version > windows.version OR excluded.complete_revision > COALESCE(windows.complete_revision, -1)`,
);

const paneColumns: BulkColumn<PaneFact>[] = [
  { name: 'slot', type: 'smallint', of: (row) => row.slot },
  { name: 'window_id', type: 'uuid', of: (row) => row.windowId },
  { name: 'generation', type: 'integer', of: (row) => row.generation },
  { name: 'revision', type: 'integer', of: (row) => row.revision },
  { name: 'version', type: 'bigint', of: (row) => row.version },
  { name: 'timing', type: 'text', of: (row) => row.timing },
  { name: 'is_final', type: 'boolean', of: (row) => row.isFinal },
  { name: 'start_us', type: 'bigint', of: (row) => row.startUs },
  { name: 'end_us', type: 'bigint', of: (row) => row.endUs },
  { name: 'elements', type: 'bigint', of: (row) => row.elements },
  { name: 'added', type: 'bigint', of: (row) => row.added },
  { name: 'completeness', type: 'float8', of: (row) => row.completeness },
  { name: 'gap_us', type: 'bigint', of: (row) => row.gapUs },
  { name: 'watermark_us', type: 'bigint', of: (row) => row.watermarkUs },
  { name: 'dag_revision', type: 'bigint', of: (row) => row.dagRevision },
  { name: 'policy_revision', type: 'bigint', of: (row) => row.policyRevision },
  { name: 'fired_at_us', type: 'bigint', of: (row) => row.firedAtUs },
];

const insertPanes = bulkInsert('panes', paneColumns, 'ON CONFLICT DO NOTHING');

/** A plain number, also in a column of its own, so that SQL can compare and aggregate it. */
const plainNumber = (result: Value | null): number | null =>
  result?.value && 'double' in result.value ? result.value.double : null;

const outcomeColumns: BulkColumn<OutcomeFact>[] = [
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
  { name: 'stale_input', type: 'boolean', of: ({ outcome }) => outcome.staleInput },
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
];

/** An outcome never changes; it can only become stale. */
const insertOutcomes = bulkInsert(
  'outcomes',
  outcomeColumns,
  `ON CONFLICT (slot, window_id, execution_id, start_us) DO UPDATE SET stale_input = true
   WHERE excluded.stale_input AND NOT outcomes.stale_input`,
);

const withdrawalColumns: BulkColumn<WithdrawalFact>[] = [
  { name: 'slot', type: 'smallint', of: (row) => row.slot },
  { name: 'execution_id', type: 'uuid', of: (row) => row.executionId },
  { name: 'window_id', type: 'uuid', of: (row) => row.windowId },
  { name: 'generation', type: 'integer', of: (row) => row.generation },
  { name: 'algorithm', type: 'text', of: (row) => row.algorithm },
  { name: 'run', type: 'integer', of: (row) => row.run },
  { name: 'start_us', type: 'bigint', of: (row) => row.startUs },
  { name: 'reason', type: 'text', of: (row) => row.reason },
  { name: 'known_at_us', type: 'bigint', of: (row) => row.knownAtUs },
];

const insertWithdrawals = bulkInsert('withdrawals', withdrawalColumns, 'ON CONFLICT DO NOTHING');

const boundsColumns: BulkColumn<ChildBounds>[] = [
  { name: 'slot', type: 'smallint', of: (row) => row.slot },
  { name: 'parent_window_id', type: 'uuid', of: (row) => row.parentWindowId },
  { name: 'generation', type: 'integer', of: (row) => row.generation },
  { name: 'start_us', type: 'bigint', of: (row) => row.startUs },
  { name: 'end_us', type: 'bigint', of: (row) => row.endUs },
  { name: 'reason', type: 'text', of: (row) => row.reason },
  { name: 'at_us', type: 'bigint', of: (row) => row.atUs },
];

const withdrawChildren = bulkStatement(
  boundsColumns,
  (rows) => `UPDATE windows SET state = 'WITHDRAWN', state_at_us = row.at_us, state_reason = row.reason FROM ${rows}
    WHERE windows.slot = row.slot AND windows.parent_window_id = row.parent_window_id
      AND windows.generation = row.generation AND windows.state IS DISTINCT FROM 'WITHDRAWN'
      AND (windows.start_us < row.start_us OR windows.end_us > row.end_us)`,
);

/** One statement for each kind of fact, sent together. */
export class PostgresFactStore implements FactStore {
  async write(tx: StageTransaction, { windows, panes, bounds, outcomes, withdrawals }: Facts): Promise<void> {
    const statements: Promise<unknown>[] = [];
    if (windows.length > 0) statements.push(tx.query(insertWindows.sql, insertWindows.parametersOf(windows)));
    if (bounds.length > 0) statements.push(tx.query(withdrawChildren.sql, withdrawChildren.parametersOf(bounds)));
    if (panes.length > 0) statements.push(tx.query(insertPanes.sql, insertPanes.parametersOf(panes)));
    if (outcomes.length > 0) statements.push(tx.query(insertOutcomes.sql, insertOutcomes.parametersOf(outcomes)));
    if (withdrawals.length > 0)
      statements.push(tx.query(insertWithdrawals.sql, insertWithdrawals.parametersOf(withdrawals)));
    await Promise.all(statements);
  }
}
