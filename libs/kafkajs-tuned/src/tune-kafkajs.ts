import { createRequire } from 'node:module';
import { CopiedHeaders } from './copied-headers.ts';
import { FetchedRecord, type BatchContext } from './fetched-record.ts';
import { groupMessages } from './group-messages.ts';
import { canEncodeProduce, encodeProduce, encodeRequest, type ProduceFields } from './produce-request.ts';
import { canEncode, encodeRecord, type EncodedPart, type RecordFields } from './record-encoder.ts';
import { tunedFetch, type FetchAsked, type FetchingBroker } from './tuned-fetch.ts';

interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  scheduleCheckPendingRequests(): void;
}

interface ProduceRequest {
  encode(): Promise<EncodedPart>;
}

const require = createRequire(import.meta.url);

/** Replaces parts of kafkajs 2.2.4 before the rest of it is loaded, see the README. */
export function tuneKafkajs(): void {
  replace<(fields: RecordFields) => EncodedPart>(
    'protocol/recordBatch/record/v0/index.js',
    (original) => (fields) => (canEncode(fields) ? encodeRecord(fields) : original(withoutCopies(fields))),
  );
  replace<(fields: ProduceFields) => ProduceRequest>(
    'protocol/requests/produce/v3/request.js',
    (original) => (fields) => {
      const request = original(fields);
      return canEncodeProduce(fields) ? { ...request, encode: async () => encodeProduce(fields) } : request;
    },
  );
  replace('protocol/request.js', () => encodeRequest);
  replace(
    'protocol/recordBatch/record/v0/decoder.js',
    () =>
      (
        { buffer, offset }: { buffer: Buffer; offset: number },
        batch: BatchContext = { firstOffset: 0, firstTimestamp: 0 },
      ) =>
        new FetchedRecord(offset === 0 ? buffer : buffer.subarray(offset), batch),
  );
  replace('producer/groupMessagesPerPartition.js', () => groupMessages);
  quietRequestQueue();
  fetchInSessions();
}

const withoutCopies = (fields: RecordFields): RecordFields =>
  fields.headers instanceof CopiedHeaders ? { ...fields, headers: fields.headers.read() } : fields;

function replace<T>(module: string, by: (original: T) => T): void {
  const path = require.resolve(`kafkajs/src/${module}`);
  const original = require(path) as T;
  const loaded = require.cache[path];
  if (loaded) loaded.exports = by(original);
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

interface BrokerPrototype extends FetchingBroker {
  fetch(asked: FetchAsked): Promise<{ readonly responses: readonly unknown[] }>;
}

function fetchInSessions(): void {
  const { prototype } = require('kafkajs/src/broker/index.js') as { readonly prototype: BrokerPrototype };
  const { Fetch: apiKey } = require('kafkajs/src/protocol/requests/apiKeys.js') as { readonly Fetch: number };
  const versions = require('kafkajs/src/protocol/requests/fetch/index.js') as unknown;
  prototype.fetch = tunedFetch(prototype.fetch, { apiKey, versions });
}
