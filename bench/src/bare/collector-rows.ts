import { encodeValue, slotOf, type Outcome, type OutcomeEvent, type Pane } from '@windlass/contracts';

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

const array = (ids: readonly string[]): string => `{${ids.join(',')}}`;

type Told = Pane | OutcomeEvent;

const ofWindow: Column<Told>[] = [
  ['slot', 'smallint', (row) => slotOf(row.key)],
  ['window_id', 'uuid', (row) => row.windowId],
  ['generation', 'integer', (row) => row.generation],
  ['start_us', 'bigint', (row) => row.startUs],
  ['end_us', 'bigint', (row) => row.endUs],
  ['key', 'text', (row) => row.key],
  ['window_type', 'text', (row) => row.windowType],
  ['lane', 'text', (row) => row.lane],
  ['depth', 'integer', (row) => row.depth],
];

export const windowsInsert = bulkInsert<Pane>(
  'windows',
  [
    ...(ofWindow as Column<Pane>[]),
    ['version', 'bigint', (row) => row.version],
    ['revision', 'integer', (row) => row.revision],
    ['state', 'text', () => 'FINAL'],
    ['state_at_us', 'bigint', (row) => row.firedAtUs],
  ],
  `ON CONFLICT (slot, window_id, generation, start_us) DO UPDATE SET version = excluded.version,
     revision = excluded.revision, state = excluded.state, state_at_us = excluded.state_at_us`,
);

/** Windows of which nothing is known yet. */
export const seenInsert = bulkInsert<OutcomeEvent>(
  'windows',
  [
    ...(ofWindow as Column<OutcomeEvent>[]),
    ['version', 'bigint', () => -1],
    ['metadata', 'jsonb', (row) => JSON.stringify(row.metadata)],
  ],
  'ON CONFLICT DO NOTHING',
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
    ['metadata', 'jsonb', (row) => JSON.stringify(row.metadata)],
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
    ['completes', 'boolean', ({ event }) => event.runComplete],
    ['other_windows', 'boolean', ({ event, outcome }) => outcome.inputs.some((one) => one.windowId !== event.windowId)],
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
