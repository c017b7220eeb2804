import { setImmediate } from 'node:timers/promises';
import { encodeFetch, type FetchFields } from './fetch-request.ts';
import { FetchSession, type FetchedTopic } from './fetch-session.ts';
import type { EncodedPart } from './record-encoder.ts';

/** What kafkajs asks its broker for. */
export interface FetchAsked {
  readonly topics: readonly FetchedTopic[];
  readonly maxWaitTime: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly isolationLevel?: number;
  readonly rackId?: string;
}

interface FetchAnswer {
  /** Of the request as a whole; kafkajs looks only at those of partitions. */
  readonly errorCode?: number;
  readonly sessionId?: number;
  readonly responses: readonly unknown[];
}

interface ProtocolRequest {
  readonly request: { readonly apiVersion: number; encode(): Promise<EncodedPart> };
}

/** What kafkajs's broker can do, beyond its types. */
export interface FetchingBroker {
  readonly connectionPool: { send(request: ProtocolRequest): Promise<FetchAnswer> };
  lookupRequest(apiKey: number, versions: unknown): (fields: FetchFields) => ProtocolRequest;
  disconnect(): Promise<void>;
}

const ENCODED_VERSION = 11;
const UNKNOWN_SESSION_ERRORS = [70, 71];

/**
 * kafkajs's `Broker.fetch`, in a session: what a fetch costs the client no longer grows with the partitions it holds. Besides, what the last
 * fetch has brought is begun with before the next one is made. Where there can be no session, and for a second fetch at the same time, it
 * is done by `original`.
 */
export function tunedFetch<B extends FetchingBroker>(
  original: (this: B, asked: FetchAsked) => Promise<FetchAnswer>,
  { apiKey, versions }: { readonly apiKey: number; readonly versions: unknown },
): (this: B, asked: FetchAsked) => Promise<FetchAnswer> {
  const sessions = new WeakMap<B, { readonly session: FetchSession; busy: boolean }>();
  return async function (asked) {
    await setImmediate();
    let held = sessions.get(this);
    if (!held) sessions.set(this, (held = { session: new FetchSession(), busy: false }));
    if (held.busy || held.session.isRefused) return original.call(this, asked);
    held.busy = true;
    try {
      const answer = await fetchOnce(this, asked, held.session);
      return UNKNOWN_SESSION_ERRORS.includes(answer.errorCode ?? 0)
        ? await fetchOnce(this, asked, held.session)
        : answer;
    } finally {
      held.busy = false;
    }
  };

  async function fetchOnce(broker: B, asked: FetchAsked, session: FetchSession): Promise<FetchAnswer> {
    const fields: FetchFields = { ...asked, ...session.next(asked.topics) };
    const made = broker.lookupRequest(apiKey, versions)(fields);
    const { request } = made;
    const isOurs = request.apiVersion === ENCODED_VERSION;
    try {
      const answer = await broker.connectionPool.send(
        isOurs ? { ...made, request: { ...request, encode: async () => encodeFetch(fields) } } : made,
      );
      if ((answer.errorCode ?? 0) === 0) session.accepted(answer.sessionId);
      else session.restart();
      return answer;
    } catch (error) {
      session.restart();
      if ((error as Error).name === 'KafkaJSConnectionClosedError') await broker.disconnect();
      throw error;
    }
  }
}
