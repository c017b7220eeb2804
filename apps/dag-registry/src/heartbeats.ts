import type { Heartbeat } from '@windlass/contracts';
import {
  type InboundRecord,
  type StageBatch,
  StageConsumer,
  type StageEffects,
  type StageHandler,
  type StageTransaction,
} from '@windlass/messaging';

import { firstOfEach, writeSeen } from './seen-sources.ts';

const DAY_US = 86_400_000_000;

/**
 * Keeps the last heartbeat of each instance, and which sources have sent something. Redelivery and order do not matter: the
 * latest by the instance's clock is kept, and the earliest first signal. The topics have one partition, so one instance of the
 * service reads them at a time.
 */
@StageConsumer({ stage: 'dag-registry', families: ['heartbeats', 'seen-sources'] })
export class HeartbeatStage implements StageHandler {
  async acquire(): Promise<void> {}

  release(): void {}

  async handle(batch: StageBatch): Promise<StageEffects> {
    const { inputs, nowUs } = batch;
    const latest = new Map<string, InboundRecord<Heartbeat>>();
    for (const input of inputs) {
      if (input.kind !== 'record' || input.family !== 'heartbeats') continue;
      const record = input as InboundRecord<Heartbeat>;
      const instance = JSON.stringify([record.value.processor, record.value.instance]);
      const known = latest.get(instance);
      if (!known || known.value.atUs <= record.value.atUs) latest.set(instance, record);
    }
    const seen = firstOfEach(batch);
    return {
      messages: [],
      timers: [],
      rejected: [],
      write: async (tx) => {
        await write(tx, { beats: [...latest.values()], nowUs });
        await writeSeen(tx, seen);
      },
    };
  }
}

async function write(
  tx: StageTransaction,
  { beats, nowUs }: { readonly beats: readonly InboundRecord<Heartbeat>[]; readonly nowUs: number },
): Promise<void> {
  await tx.query('DELETE FROM processor_instance WHERE heard_at_us < $1', [nowUs - DAY_US]);
  const rows = beats.map(({ slot, value }) => ({
    slot,
    processor: value.processor,
    instance: value.instance,
    version: value.processorVersion,
    host: value.host,
    sdk: value.sdk,
    state: value.state,
    algorithms: value.algorithms,
    in_flight: value.inFlight,
    lag_records: value.lagRecords,
    started_at_us: value.startedAtUs,
    // A clock that is ahead must not make an instance immortal.
    heard_at_us: Math.min(value.atUs, nowUs),
  }));
  await tx.query(
    `INSERT INTO processor_instance
     SELECT r.slot, r.processor, r.instance, r.version, r.host, r.sdk, r.state, r.algorithms, r.in_flight, r.lag_records, r.started_at_us, r.heard_at_us
     FROM jsonb_to_recordset($1::jsonb) AS r (slot smallint, processor text, instance text, version text, host text, sdk text, state text,
       algorithms text[], in_flight integer, lag_records bigint, started_at_us bigint, heard_at_us bigint)
     ON CONFLICT (slot, processor, instance) DO UPDATE SET
       version = excluded.version, host = excluded.host, sdk = excluded.sdk, state = excluded.state, algorithms = excluded.algorithms,
       in_flight = excluded.in_flight, lag_records = excluded.lag_records, started_at_us = excluded.started_at_us, heard_at_us = excluded.heard_at_us
     WHERE processor_instance.heard_at_us <= excluded.heard_at_us`,
    [JSON.stringify(rows)],
  );
}
