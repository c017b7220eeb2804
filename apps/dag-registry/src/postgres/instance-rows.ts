import type { Heartbeat } from '@windlass/contracts';
import type { InboundRecord } from '@windlass/messaging';
import type { InstanceHeard } from '../ports.ts';
import type { Runner } from './watch-rows.ts';

const DAY_US = 86_400_000_000;

/** bigint columns come as text. */
type Row = Omit<InstanceHeard, 'lagRecords' | 'startedAtUs' | 'heardAtUs'> & {
  readonly lagRecords: string | null;
  readonly startedAtUs: string;
  readonly heardAtUs: string;
};

const selectSql = `
  SELECT processor, instance, version, host, sdk, state, algorithms, in_flight AS "inFlight", lag_records AS "lagRecords",
         started_at_us AS "startedAtUs", heard_at_us AS "heardAtUs"
  FROM processor_instance ORDER BY processor, instance`;

const upsertSql = `
  INSERT INTO processor_instance
    (slot, processor, instance, version, host, sdk, state, algorithms, in_flight, lag_records, started_at_us, heard_at_us, told_at_us)
  SELECT r.slot, r.processor, r.instance, r.version, r.host, r.sdk, r.state, r.algorithms, r.in_flight, r.lag_records, r.started_at_us,
         r.heard_at_us, r.told_at_us
  FROM jsonb_to_recordset($1::jsonb) AS r (slot smallint, processor text, instance text, version text, host text, sdk text, state text,
    algorithms text[], in_flight integer, lag_records bigint, started_at_us bigint, heard_at_us bigint, told_at_us bigint)
  ON CONFLICT (slot, processor, instance) DO UPDATE SET
    version = excluded.version, host = excluded.host, sdk = excluded.sdk, state = excluded.state, algorithms = excluded.algorithms,
    in_flight = excluded.in_flight, lag_records = excluded.lag_records, started_at_us = excluded.started_at_us,
    heard_at_us = excluded.heard_at_us, told_at_us = excluded.told_at_us
  WHERE processor_instance.told_at_us <= excluded.told_at_us`;

/** Every instance heard of within a day. */
export async function readInstances(runner: Runner): Promise<InstanceHeard[]> {
  const rows = await runner.query<Row>(selectSql, []);
  return rows.map((row) => ({
    ...row,
    lagRecords: row.lagRecords === null ? null : Number(row.lagRecords),
    startedAtUs: Number(row.startedAtUs),
    heardAtUs: Number(row.heardAtUs),
  }));
}

/** Keeps of each instance what it said last by its own clock, and when Kafka took that. */
export async function writeInstances(
  runner: Runner,
  { beats, nowUs }: { readonly beats: readonly InboundRecord<Heartbeat>[]; readonly nowUs: number },
): Promise<void> {
  if (beats.length === 0) return;
  await runner.query('DELETE FROM processor_instance WHERE heard_at_us < $1', [nowUs - DAY_US]);
  const rows = beats.map(({ slot, value, timestampUs }) => ({
    ...{ slot, processor: value.processor, instance: value.instance, version: value.processorVersion },
    ...{ host: value.host, sdk: value.sdk, state: value.state, algorithms: value.algorithms },
    ...{ in_flight: value.inFlight, lag_records: value.lagRecords, started_at_us: value.startedAtUs },
    // Not by the instance's clock: one that is ahead would make it immortal, one that is behind would make it silent.
    heard_at_us: Math.min(timestampUs, nowUs),
    told_at_us: value.atUs,
  }));
  await runner.query(upsertSql, [JSON.stringify(rows)]);
}
