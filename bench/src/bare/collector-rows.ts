import { encodeValue, slotOf, type Outcome, type OutcomeEvent, type Pane } from '@windlass/contracts';

export interface WindowUpsert {
  readonly pane?: Pane;
  readonly event?: OutcomeEvent;
}

export interface OutcomeRow {
  readonly event: OutcomeEvent;
  readonly outcome: Outcome;
}

type Column<Row> = readonly [name: string, type: string, of: (row: Row) => unknown];

/** One statement for any number of rows; arrays travel as their text. */
function bulkInsert<Row>(table: string, columns: readonly Column<Row>[], conflict: string) {
  const names = columns.map(([name]) => name).join(', ');
  const selected = columns.map(([name, type]) => (type.endsWith('[]') ? `row.${name}::${type}` : `row.${name}`));
  const parameters = columns.map(([, type], index) => `$${index + 1}::${type.endsWith('[]') ? 'text' : type}[]`);
  const text = `INSERT INTO ${table} (${names}) SELECT ${selected.join(', ')} FROM unnest(${parameters.join(', ')}) AS row (${names}) ${conflict}`;
  return (rows: readonly Row[]) => ({ text, values: columns.map(([, , of]) => rows.map(of)) });
}

const either = ({ pane, event }: WindowUpsert) => (pane ?? event)!;
const array = (ids: readonly string[]): string => `{${ids.join(',')}}`;

export const windowsInsert = bulkInsert<WindowUpsert>(
  'windows',
  [
    ['slot', 'smallint', (row) => slotOf(either(row).key)],
    ['window_id', 'uuid', (row) => either(row).windowId],
    ['generation', 'integer', (row) => either(row).generation],
    ['key', 'text', (row) => either(row).key],
    ['window_type', 'text', (row) => either(row).windowType],
    ['start_us', 'bigint', (row) => either(row).startUs],
    ['end_us', 'bigint', (row) => either(row).endUs],
    ['version', 'bigint', (row) => row.pane?.version ?? -1],
    ['revision', 'integer', (row) => row.pane?.revision],
    ['state', 'text', (row) => row.pane && 'FINAL'],
    ['state_at_us', 'bigint', (row) => row.pane?.firedAtUs],
    ['metadata', 'jsonb', (row) => JSON.stringify(either(row).metadata)],
    ['lane', 'text', (row) => either(row).lane],
    ['depth', 'integer', (row) => either(row).depth],
    ['complete_revision', 'integer', (row) => (row.event?.runComplete ? row.event.revision : null)],
    ['outcome_version', 'bigint', (row) => row.event?.version ?? -1],
  ],
  `ON CONFLICT (slot, window_id, generation) DO UPDATE SET
     version = GREATEST(excluded.version, windows.version),
     revision = COALESCE(excluded.revision, windows.revision), state = COALESCE(excluded.state, windows.state),
     state_at_us = COALESCE(excluded.state_at_us, windows.state_at_us),
     complete_revision = GREATEST(excluded.complete_revision, windows.complete_revision),
     outcome_version = GREATEST(excluded.outcome_version, windows.outcome_version)`,
);

export const panesInsert = bulkInsert<Pane>(
  'panes',
  [
    ['slot', 'smallint', (row) => slotOf(row.key)],
    ['window_id', 'uuid', (row) => row.windowId],
    ['generation', 'integer', (row) => row.generation],
    ['revision', 'integer', (row) => row.revision],
    ['version', 'bigint', (row) => row.version],
    ['timing', 'text', (row) => row.timing],
    ['is_final', 'boolean', (row) => row.isFinal],
    ['start_us', 'bigint', (row) => row.startUs],
    ['end_us', 'bigint', (row) => row.endUs],
    ['elements', 'bigint', (row) => row.elements],
    ['added', 'bigint', (row) => row.added],
    ['completeness', 'float8', (row) => row.completeness],
    ['gap_us', 'bigint', (row) => row.gapUs],
    ['watermark_us', 'bigint', (row) => row.watermarkUs],
    ['dag_revision', 'bigint', (row) => row.dagRevision],
    ['policy_revision', 'bigint', (row) => row.policyRevision],
    ['fired_at_us', 'bigint', (row) => row.firedAtUs],
  ],
  'ON CONFLICT DO NOTHING',
);

const groupsOf = ({ inputs }: Outcome): string | null =>
  inputs.length === 0
    ? null
    : JSON.stringify(inputs.map(({ relation, algorithm }) => ({ relation, algorithm, count: 1 })));

export const outcomesInsert = bulkInsert<OutcomeRow>(
  'outcomes',
  [
    ['slot', 'smallint', ({ event }) => slotOf(event.key)],
    ['window_id', 'uuid', ({ event }) => event.windowId],
    ['execution_id', 'uuid', ({ outcome }) => outcome.executionId],
    ['key', 'text', ({ event }) => event.key],
    ['window_type', 'text', ({ event }) => event.windowType],
    ['start_us', 'bigint', ({ event }) => event.startUs],
    ['end_us', 'bigint', ({ event }) => event.endUs],
    ['generation', 'integer', ({ event }) => event.generation],
    ['revision', 'integer', ({ event }) => event.revision],
    ['version', 'bigint', ({ event }) => event.version],
    ['is_final', 'boolean', ({ event }) => event.isFinal],
    ['completeness', 'float8', ({ event }) => event.completeness],
    ['dag_revision', 'bigint', ({ event }) => event.dagRevision],
    ['policy_revision', 'bigint', ({ event }) => event.policyRevision],
    ['lane', 'text', ({ event }) => event.lane],
    ['algorithm', 'text', ({ outcome }) => outcome.algorithm],
    ['run', 'integer', ({ outcome }) => outcome.run],
    ['attempt', 'integer', ({ outcome }) => outcome.attempt],
    ['state', 'text', ({ outcome }) => outcome.state],
    ['result', 'bytea', ({ outcome }) => outcome.result && encodeValue(outcome.result)],
    ['result_double', 'float8', ({ outcome }) => (outcome.result?.value as { double: number }).double],
    ['input_execution_ids', 'uuid[]', ({ outcome }) => array(outcome.inputs.map((input) => input.executionId))],
    ['input_window_ids', 'uuid[]', ({ outcome }) => array(outcome.inputs.map((input) => input.windowId))],
    ['input_groups', 'jsonb', ({ outcome }) => groupsOf(outcome)],
    ['stale_input', 'boolean', ({ outcome }) => outcome.staleInput],
    ['known_at_us', 'bigint', ({ outcome }) => outcome.knownAtUs],
    ['started_at_us', 'bigint', ({ outcome }) => outcome.startedAtUs],
    ['ended_at_us', 'bigint', ({ outcome }) => outcome.endedAtUs],
    ['cpu_ms', 'float8', ({ outcome }) => outcome.cpuMs],
    ['processor', 'text', ({ outcome }) => outcome.processor],
    ['processor_version', 'text', ({ outcome }) => outcome.processorVersion],
    ['instance', 'text', ({ outcome }) => outcome.instance],
  ],
  'ON CONFLICT DO NOTHING',
);
