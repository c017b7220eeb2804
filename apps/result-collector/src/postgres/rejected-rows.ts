import { bulkInsert, type BulkColumn } from '@windlass/persistence';
import { historyOf } from '../rejected/redrive-history.ts';
import type { RejectedRecord } from '../rejected/rejected-record.ts';
import type { Kept, Settlement } from '../rejected/settlement.ts';

const columns: BulkColumn<RejectedRecord>[] = [
  { name: 'id', type: 'uuid', of: ({ id }) => id },
  { name: 'kept_on', type: 'text', of: ({ keptOn }) => keptOn },
  { name: 'kept_topic', type: 'text', of: ({ kept }) => kept.topic },
  { name: 'kept_partition', type: 'integer', of: ({ kept }) => kept.partition },
  { name: 'kept_offset', type: 'bigint', of: ({ kept }) => kept.offset },
  { name: 'topic', type: 'text', of: ({ origin }) => origin?.topic },
  { name: 'partition', type: 'integer', of: ({ origin }) => origin?.position?.partition },
  { name: '"offset"', type: 'bigint', of: ({ origin }) => origin?.position?.offset },
  { name: 'stage', type: 'text', of: ({ stage }) => stage },
  { name: 'code', type: 'text', of: ({ code }) => code },
  { name: 'message', type: 'text', of: ({ message }) => message },
  { name: 'rejected_at_us', type: 'bigint', of: ({ rejectedAtUs }) => rejectedAtUs },
  { name: 'source', type: 'text', of: ({ source }) => source },
  { name: 'key', type: 'bytea', of: ({ record }) => record.key },
  { name: 'value', type: 'bytea', of: ({ record }) => record.value },
  { name: 'headers', type: 'bytea', of: ({ record }) => headerBytes(record.headers) },
  { name: 'redrive_count', type: 'bigint', of: ({ redriveCount }) => redriveCount },
  { name: 'redriven_from', type: 'uuid', of: ({ history }) => history.at(-1)?.deadLetter },
  { name: 'event_time_us', type: 'bigint', of: ({ late }) => late?.eventTimeUs },
];

export const insertRejected = bulkInsert('rejected_records', columns, 'ORDER BY row.n ON CONFLICT DO NOTHING');

interface LateRow {
  readonly id: string;
  readonly windowType: string;
  readonly finalUpToUs: number;
}

export const insertLateFor = bulkInsert<LateRow>(
  'late_for',
  [
    { name: 'id', type: 'uuid', of: ({ id }) => id },
    { name: 'window_type', type: 'text', of: ({ windowType }) => windowType },
    { name: 'final_up_to_us', type: 'bigint', of: ({ finalUpToUs }) => finalUpToUs },
  ],
  'ON CONFLICT DO NOTHING',
);

export const lateRows = (records: readonly RejectedRecord[]): LateRow[] =>
  records.flatMap(({ id, late }) => late?.lateFor.map((one) => ({ id, ...one })) ?? []);

type Headers = RejectedRecord['record']['headers'];

/** Names and values of any bytes, which neither text nor jsonb would take. */
const headerBytes = (headers: Headers): Buffer =>
  Buffer.from(
    JSON.stringify(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value).toString('base64')])),
  );

const headersOf = (bytes: Buffer): Headers =>
  Object.fromEntries(
    (JSON.parse(bytes.toString()) as [string, string][]).map(([name, value]) => [name, Buffer.from(value, 'base64')]),
  );

export interface RejectedRow {
  readonly seq: number;
  readonly id: string;
  readonly keptOn: 'dlq' | 'late';
  readonly keptTopic: string;
  readonly keptPartition: number;
  readonly keptOffset: string;
  readonly topic: string | null;
  readonly partition: number | null;
  readonly offset: string | null;
  readonly stage: string;
  readonly code: string;
  readonly message: string;
  readonly rejectedAtUs: number;
  readonly source: string;
  readonly redriveCount: number;
  readonly eventTimeUs: number | null;
  readonly state: Kept['state'];
  readonly settlements: readonly Settlement[];
  readonly valueBytes: number;
  readonly cameBackAs: string | null;
  readonly lateFor: readonly { readonly windowType: string; readonly finalUpToUs: number }[] | null;
  readonly headers: Buffer;
  readonly key?: Buffer | null;
  readonly value?: Buffer | null;
}

/** Of `rejected_records r`, without key and value. */
export const rejectedColumns = `r.seq::float8 AS seq, replace(r.id::text, '-', '') AS id, r.kept_on AS "keptOn", r.kept_topic AS "keptTopic",
  r.kept_partition AS "keptPartition", r.kept_offset::text AS "keptOffset", r.topic, r.partition, r."offset"::text AS "offset",
  r.stage, r.code, r.message, r.rejected_at_us::float8 AS "rejectedAtUs", r.source, r.redrive_count::float8 AS "redriveCount",
  r.event_time_us::float8 AS "eventTimeUs", r.state, r.settlements, COALESCE(octet_length(r.value), 0) AS "valueBytes", r.headers,
  (SELECT replace(a.id::text, '-', '') FROM rejected_records a WHERE a.redriven_from = r.id ORDER BY a.seq DESC LIMIT 1) AS "cameBackAs",
  (SELECT json_agg(json_build_object('windowType', l.window_type, 'finalUpToUs', l.final_up_to_us) ORDER BY l.window_type)
   FROM late_for l WHERE l.id = r.id) AS "lateFor"`;

export function keptOf(row: RejectedRow): Kept {
  const { seq, id, keptOn, stage, code, message, rejectedAtUs, source, redriveCount, eventTimeUs, lateFor } = row;
  const headers = headersOf(row.headers);
  return {
    seq,
    ...{ state: row.state, settlements: row.settlements, valueBytes: row.valueBytes, cameBackAs: row.cameBackAs },
    rejected: {
      ...{ id, keptOn, stage, code, message, rejectedAtUs, source, redriveCount },
      kept: { topic: row.keptTopic, partition: row.keptPartition, offset: row.keptOffset },
      origin: originOf(row),
      record: { key: row.key ?? null, value: row.value ?? null, headers },
      history: historyOf(headers).entries,
      late: eventTimeUs === null || lateFor === null ? null : { eventTimeUs, lateFor },
    },
  };
}

function originOf({ topic, partition, offset }: RejectedRow): RejectedRecord['origin'] {
  if (topic === null) return null;
  return { topic, position: partition === null || offset === null ? null : { topic, partition, offset } };
}
