import { createRequire } from 'node:module';
import { canEncode, encodeRecord, type EncodedPart, type RecordFields } from './record-encoder.ts';

interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  scheduleCheckPendingRequests(): void;
}

const require = createRequire(import.meta.url);
let done = false;

/** Mends what costs most in kafkajs 2.2.4 (the version is pinned); without it everything works, slower and with a warning. */
export function tuneKafkajs(): void {
  if (done) return;
  done = true;
  quietRequestQueue();
  fasterRecords();
}

/**
 * It sets a timer after every request, also when nothing waits and nothing is throttled, and then with a negative delay: Node warns
 * (TimeoutNegativeWarning), and each request costs a wake-up. Here it is set only when something waits.
 */
function quietRequestQueue(): void {
  const { prototype } = require('kafkajs/src/network/requestQueue/index.js') as { prototype: RequestQueue };
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function () {
    if (this.pending.length > 0 || this.throttledUntil > Date.now()) schedule.call(this);
  };
}

/** Its produce request asks for the record encoder when the first one is built, and then gets ours. */
function fasterRecords(): void {
  const path = require.resolve('kafkajs/src/protocol/recordBatch/record/v0/index.js');
  const original = require(path) as (fields: RecordFields) => EncodedPart;
  const module = require.cache[path];
  if (module) module.exports = (fields: RecordFields) => (canEncode(fields) ? encodeRecord(fields) : original(fields));
}
